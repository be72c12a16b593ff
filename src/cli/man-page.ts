/** Manual pages in the macros of man(7), from the declarations; pure. */
import {
  allOptions,
  GLOBAL_OPTIONS,
  operandOf,
  type CommandTable,
  type NamedCommand,
  type Options,
} from '../command.ts'
import { describeOption, flagsOf, markUp, usageWords, type Markup } from './describe-option.ts'
import { wrap } from '../wrap.ts'
import { pageName } from './command-name.ts'
import { fillInShell } from '../shell/syntax.ts'
import { commandsByTopic, EXIT_CODES, commandsOfGroup } from './help.ts'

/** Whose shells the examples are for. */
const POSIX = { platform: 'linux', env: {} }

/** What stands at the foot of a page. */
export interface Edition {
  readonly version: string
  /** As 2026-11-27. */
  readonly date: string
}

export function programPage(commands: CommandTable, edition: Edition): string {
  const topics = commandsByTopic(commands).flatMap(([title, own]) => [
    `.SS ${escape(title)}`,
    ...own.flatMap(([name, summary]) => entry(code(`mfa-login ${name}`), summary)),
  ])
  return page('', 'MFA sessions for the AWS CLI and every AWS SDK', edition, [
    ...synopsis(`[${italic('COMMAND')}] [${italic('OPTIONS')}]`),
    '.SH DESCRIPTION',
    ...fold(
      'Gets a session with MFA from AWS STS, and passes it to AWS tools: through a profile, through credential_process, ' +
        'or in the environment. Each command has a page of its own, such as',
    ),
    reference('login', '.'),
    '.SH COMMANDS',
    ...topics,
    '.SH OPTIONS',
    'Every command has these:',
    ...optionEntries(GLOBAL_OPTIONS),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([codes, meaning]) => entry(code(codes), meaning)),
    ...seeAlso([]),
  ])
}

export function groupPage(group: string, commands: CommandTable, edition: Edition): string {
  const own = commandsOfGroup(group, commands)
  const about = `commands of mfa-login: ${own.map(([name]) => lastWord(name)).join(', ')}`
  return page(group, about, edition, [
    ...synopsis(`${code(group)} ${italic('COMMAND')} [${italic('OPTIONS')}]`),
    '.SH COMMANDS',
    ...own.flatMap(([name, summary]) => entry(code(`mfa-login ${name}`), summary)),
    ...seeAlso(['', ...own.map(([name]) => name)]),
  ])
}

export function commandPage(command: NamedCommand, edition: Edition): string {
  const { name, about, rest, examples, summary } = command
  const operand = operandOf(command)
  const words = [operand, rest].filter((each) => each !== undefined)
  return page(name, summary, edition, [
    ...synopsis([code(name), ...usageWords(command).map(usageWord)].join(' ')),
    '.SH DESCRIPTION',
    ...fold(markUp(about, MARKUP)),
    ...words.flatMap((each) => entry(italic(each.value), describeOption(each, MARKUP), asIs)),
    '.SH OPTIONS',
    ...optionEntries(allOptions(command)),
    '.SH EXAMPLES',
    ...examples.flatMap(([line, what]) => entry(code(fillInShell(POSIX, line)), what)),
    '.SH EXIT STATUS',
    'See',
    reference('', '.'),
    ...seeAlso(['', ...(name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])]),
  ])
}

function page(name: string, about: string, edition: Edition, lines: readonly string[]): string {
  const title = pageName(name)
  return [
    `.TH ${title.toUpperCase()} 1 ${edition.date} "mfa-login ${edition.version}" "User Commands"`,
    // Names are copied, so they are not hyphenated; without that, full lines have wide gaps.
    '.nh',
    '.ad l',
    '.SH NAME',
    ...fold(`${escape(title)} \\- ${escape(about)}`),
    ...lines,
    '',
  ].join('\n')
}

function synopsis(words: string): string[] {
  return ['.SH SYNOPSIS', `${code('mfa-login')} ${words}`]
}

function optionEntries(options: Options): string[] {
  return Object.entries(options).flatMap(([name, option]) =>
    entry(flagsOf(name, option, { code, value: italic }), describeOption(option, MARKUP), asIs),
  )
}

/** A tag, and indented below it what it means. */
function entry(tag: string, text: string, write = escape): string[] {
  return ['.TP', fold(tag).join(' \\\n'), ...fold(write(text))]
}

/** Each sentence begins on a line of its own, as man(7) wants it, and no line is longer than those of a terminal. */
function fold(text: string): string[] {
  const lines = text.split(/(?<=\w[.!?]) (?=[A-Z])/).flatMap((line) => wrap(line, 76))
  return lines.map((line) => line.replace(/^(?=\.)/, '\\&'))
}

function seeAlso(names: readonly string[]): string[] {
  const references = names.map((name) => reference(name, ','))
  return ['.SH SEE ALSO', ...references, '.BR aws (1)']
}

function reference(name: string, end: string): string {
  return `.BR ${escape(pageName(name))} (1)${end}`
}

function lastWord(name: string): string {
  return name.split(' ').at(-1) ?? ''
}

/** Names of what is to be typed are in italics, the signs around them are not. */
function usageWord(word: string): string {
  return word.replace(/[\w…]+|[^\w…]+/g, (part) => (/\w/.test(part) ? italic(part) : escape(part)))
}

function code(text: string): string {
  return `\\fB${escape(text)}\\fR`
}

function italic(text: string): string {
  return `\\fI${escape(text)}\\fR`
}

const MARKUP: Markup = { plain: escape, code }

/** groff_char(7); a hyphen that is typed must stay one, and a line does not begin with a control character. */
const CHARACTERS: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '’': '\\(cq',
  '…': '...',
}

function escape(text: string): string {
  return text.replace(/[\\\-'`^~]|[^ -~]/g, (each) => {
    const written = CHARACTERS[each]
    if (written === undefined) throw new Error(`No name of groff for ${JSON.stringify(each)}.`)
    return written
  })
}

function asIs(text: string): string {
  return text
}
