/** What a declaration says about a command line; the commands' own are tested with the program. */
import { describe, expect, it } from 'vitest'
import { command } from '../../src/command.ts'
import { parseCommandLine, splitAtRest } from '../../src/cli/parse.ts'
import { commandHelp } from '../../src/cli/help.ts'
import { Failure } from '../../src/failure.ts'

const sample = command({
  about: 'Does nothing.',
  options: {
    name: { value: 'NAME', short: 'n', about: 'the name', parse: (text) => text.toUpperCase() },
    color: { value: 'COLOR', about: 'the color', choices: ['red', 'blue'], default: 'red' },
    'tag-key': { value: 'KEY', about: 'a tag', repeatable: true },
    quiet: { about: 'say less', conflicts: ['loud'] },
    loud: { about: 'say more' },
    twice: { about: 'say it again', requires: 'loud' },
  },
  operand: {
    value: 'FILE',
    about: 'the file',
    type: 'file',
    required: { question: 'Which file?', hint: 'sample FILE', unless: 'quiet' },
  },
  examples: [['sample x', 'an example']],
  run: () => Promise.resolve('ok'),
})

const parse = (...own: string[]): object =>
  parseCommandLine('sample', sample, { own, rest: [], isSeparated: false })

function problemOf(...args: string[]): string {
  try {
    parse(...args)
  } catch (error) {
    if (error instanceof Failure && error.exit === 'usage') {
      return `${error.message} Try: ${error.hint ?? ''}`
    }
    throw error
  }
  return 'none'
}

describe('parsing a command line', () => {
  it('gives every option its typed value or default, under its name in camel case', () => {
    const defaults = { name: undefined, color: 'red', tagKey: [], operand: 'x' }
    const switches = { quiet: false, loud: false, twice: false }
    expect(parse('x')).toEqual({ ...defaults, ...switches })
    expect(parse('-n', 'a', 'x', '--color=blue', '--loud', '--twice')).toEqual({
      ...defaults,
      name: 'A',
      color: 'blue',
      quiet: false,
      loud: true,
      twice: true,
    })
  })

  it('collects an option that may be repeated', () => {
    const line = ['--tag-key', 'a', '--tag-key=b', '--color', 'blue', 'x']
    expect(parse(...line)).toMatchObject({ tagKey: ['a', 'b'], color: 'blue' })
  })

  it('takes a lone dash for a value or an operand', () => {
    expect(parse('--name', '-', '-')).toMatchObject({ name: '-', operand: '-' })
    expect(parse('-n', '-', '-')).toMatchObject({ name: '-', operand: '-' })
  })

  it.each([
    [['--color', 'green', 'x'], 'There is no color "green". Try: --color red or blue'],
    [['--quiet', '--loud'], '--quiet and --loud cannot be used together.'],
    [['--twice', 'x'], '--twice needs --loud. Try: {this command} --loud'],
    [[], 'Which file? Try: sample FILE'],
    [['--quiet'], 'none'],
    [
      ['a', 'b'],
      '"b" is one word too many; a name with a blank needs quotes. Try: mfa-login sample --help',
    ],
    [['--colour', 'x'], "Unknown option '--colour'. Try: --color, or mfa-login sample --help"],
    [['--name', 'a', '--name', 'b'], '--name is given twice. Try: mfa-login sample --help'],
    [['--name', 'a', '-n', 'b'], '--name is given twice. Try: mfa-login sample --help'],
    [['x', '--name', ''], 'The value of --name is empty. Try: --name NAME'],
    [['--nope'], "Unknown option '--nope'. Try: mfa-login sample --help"],
    [['--name'], '--name needs a value. Try: --name NAME'],
    [['-n'], '--name needs a value. Try: --name NAME'],
    [['--name', '--loud'], '--name needs a value. Try: --name NAME'],
    [['--color'], '--color needs a value. Try: --color COLOR'],
    [['-name', 'a', 'x'], '-name has one dash, and a long option has two. Try: --name'],
    [['--loud=x'], "Option '--loud' does not take an argument. Try: mfa-login sample --help"],
  ])('%j is answered with one sentence', (args, sentence) => {
    expect(problemOf(...args)).toContain(sentence)
  })
})

describe('a command that runs another one', () => {
  const runner = command({
    about: 'Runs.',
    options: {
      name: { value: 'NAME', short: 'n', about: 'the name', isOperand: true },
      fast: { about: 'faster' },
    },
    rest: { value: 'COMMAND…', about: 'the command' },
    examples: [],
    run: () => Promise.resolve('ok'),
  })

  it.each([
    ['-n a ls --name b', '-n a', 'ls --name b'],
    ['-n a -- ls --help', '-n a', '-- ls --help'],
    ['--debug', '--debug', ''],
    // One word in front of -- is the operand, unless it is given already.
    ['a -- ls -l', 'a', '-- ls -l'],
    ['--fast a -- ls', '--fast a', '-- ls'],
    ['a --fast -- ls', 'a --fast', '-- ls'],
    ['a --', 'a', '--'],
    ['-- a -- b', '', '-- a -- b'],
    ['-n a cat -- file', '-n a', 'cat -- file'],
    ['--name=a cat -- file', '--name=a', 'cat -- file'],
    ['cat x -- file', '', 'cat x -- file', 'cat'],
    ['cat -u -- file', '', 'cat -u -- file', 'cat'],
    ['cat -u', '', 'cat -u', 'cat'],
    ['cat x --fast', '', 'cat x --fast', 'cat'],
    ['-n a cat --fast', '-n a', 'cat --fast'],
  ])('%s leaves the words of that one alone', (line, own, rest, leading?: string) => {
    const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')
    const isSeparated = rest.startsWith('--')
    expect(splitAtRest(words(line), runner)).toEqual({
      own: words(own),
      rest: words(rest).slice(isSeparated ? 1 : 0),
      isSeparated,
      ...(leading !== undefined && { leading }),
    })
  })

  it.each([
    ['a', ''],
    ['a --fast', ''],
    ['a --debug --fast', ''],
    ['a --help', ''],
    ['--fast a', '--fast'],
  ])('%s may name the operand among options', (line, own) => {
    const words = line.split(' ')
    const before = own === '' ? [] : [own]
    expect(splitAtRest(words, runner)).toEqual({
      own: before,
      rest: words.slice(before.length),
      isSeparated: false,
      word: 'a',
    })
  })

  it('gets the operand as the value of its option', () => {
    const parts = splitAtRest(['a', '--', 'ls'], runner)
    const input = { name: 'a', fast: false, rest: ['ls'], isSeparated: true }
    expect(parseCommandLine('runner', runner, parts)).toEqual(input)
  })
})

describe('an option that is an operand too', () => {
  const declared = command({
    about: 'Shows.',
    options: {
      profile: { value: 'NAME', short: 'p', about: 'the profile', isOperand: true },
    },
    examples: [],
    run: () => Promise.resolve('ok'),
  })
  const parsed = (...own: string[]): object =>
    parseCommandLine('show', declared, { own, rest: [], isSeparated: false })

  it.each([[['work']], [['-p', 'work']], [['--profile=work']]])('%j is its value', (words) => {
    expect(parsed(...words)).toEqual({ profile: 'work' })
  })

  it.each([
    [['work', '-p', 'other'], '"work" is one word too many;'],
    [['-p', 'my', 'work'], '"work" is one word too many; a name with a blank needs quotes.'],
    [['work', 'other'], '"other" is one word too many;'],
    [[''], 'The value of --profile is empty.'],
  ])('%j is refused', (words, message) => {
    expect(() => parsed(...words)).toThrow(message)
  })

  it('is in the help as both', () => {
    const help = commandHelp('show', declared, Infinity)
    expect(help).toContain('Usage: mfa-login show [OPTIONS] [PROFILE]\n')
    expect(help).toContain('\n  PROFILE  the same as --profile\n')
    expect(help).toContain('\n  -p, --profile NAME  the profile\n')
  })
})

it('the help of a command shows choices, defaults and the options of every command', () => {
  const help = commandHelp('sample', sample, Infinity)
  expect(help).toContain('Usage: mfa-login sample [OPTIONS] [FILE]\n\n  FILE  the file\n')
  expect(help).toMatch(/^ {6}--color COLOR +the color: red, blue; default red$/m)
  expect(help).toMatch(/^ {2}-n, --name NAME +the name$/m)
  expect(help).toMatch(/^ {6}--debug +report on stderr/m)
  expect(help).toMatch(/^ {2}-h, --help +show this help$/m)
})
