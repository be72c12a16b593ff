/** The command blocks of README and docs: each is run, and what it prints is what the docs show. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  codeAt,
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { program } from '../support/asking.ts'
import { has } from '../support/programs.ts'
import { accountWithRoles, boxWithRoles } from '../support/roles.ts'
import { PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'
import { screenOf } from '../support/screen.ts'
import { hasSecretService, startKeyring } from '../support/secret-service.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const SERIAL = 'arn:aws:iam::123456789012:mfa/alice'
const hasKeyring = hasSecretService && has('sh', '-c', 'command -v secret-tool')

interface Block {
  readonly place: string
  readonly language: string
  readonly lines: readonly string[]
}

function blocksOf(file: string): Block[] {
  const blocks: Block[] = []
  let open: { place: string; language: string; lines: string[] } | undefined
  for (const [index, line] of readFileSync(ROOT + file, 'utf8')
    .split('\n')
    .entries()) {
    if (!line.startsWith('```')) open?.lines.push(line)
    else if (open !== undefined) open = undefined
    else blocks.push((open = { place: `${file}:${index + 1}`, language: line.slice(3), lines: [] }))
  }
  return blocks
}

const FILES = [
  'README.md',
  'README.ko.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const BLOCKS = FILES.flatMap(blocksOf)

// People and their answers

interface Scene {
  /** What holds before the commands. */
  readonly before: () => Promise<Sandbox>
  /** The command, where the docs show only what it asks. */
  readonly command?: string
  /** Whether the docs show the screen at the first question. */
  readonly endsAtQuestion?: boolean
  readonly isPossible?: boolean
}

/** The code of an app that has scanned the QR code on the screen. */
function enrollmentCode(box: Sandbox, { screen }: TerminalRun, step: number): string {
  const secrets = Array.from(screen.matchAll(/type the secret:\s+([A-Z2-7 ]{64,})/g))
  const seed = (secrets.at(-1)?.[1] ?? '').replaceAll(' ', '')
  return codeAt(createVirtualDevice(SERIAL, { seed }), box.now() + step * 30_000)
}

/** What a person types; codes are those of the previous step, this one, and the next. */
function answerTo(question: string, box: Sandbox, run: TerminalRun, codes: number): string {
  if (/\(y\/N\)|\(Y\/n\)/.test(question)) return 'y'
  if (question.includes('The code it shows')) return `${enrollmentCode(box, run, -1)}\r`
  if (question.includes('The next code')) return `${enrollmentCode(box, run, 0)}\r`
  if (run.screen.includes('type the secret')) return `${enrollmentCode(box, run, 1)}\r`
  if (question.includes('MFA code')) return `${box.code((codes - 1) as -1 | 0 | 1)}\r`
  return '\r'
}

/** Runs a command line at a terminal, and answers its questions. Returns its exit code and the screen. */
async function perform(
  box: Sandbox,
  commandLine: string,
  { endsAtQuestion = false }: Partial<Scene> = {},
) {
  const script = `${box.home}/line.sh`
  writeFileSync(script, `cd ${box.home}\n${commandLine}\n`)
  const run = box.terminal(`exec bash ${script}`)
  let code: number | undefined
  let answered = ''
  let codes = 0
  void run.exit.then((value) => (code = value))
  while (code === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const screen = await screenOf(run.screen)
    const index = screen.findLastIndex((line) => line.startsWith('? '))
    // Without the answer.
    const [question = '', hint = ''] = (screen[index] ?? '').split(/\s*›\s*/)
    if (index < 0 || answered === `${index} ${question}`) continue
    if (endsAtQuestion) {
      run.kill()
      return { code, screen }
    }
    // The pause lets the program start to read.
    await new Promise((resolve) => setTimeout(resolve, 250))
    run.type(answerTo(question + hint, box, run, codes))
    codes += question.includes('MFA code') ? 1 : 0
    answered = `${index} ${question}`
  }
  return { code, screen: await screenOf(run.screen) }
}

/** A PATH with `mfa-login`, and stand-ins for programs that the docs name and this machine may lack. */
function withPrograms(box: Sandbox): Sandbox {
  mkdirSync(`${box.home}/bin`, { recursive: true })
  const path = `${box.home}/bin/mfa-login`
  writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`)
  chmodSync(path, 0o755)
  for (const name of ['terraform', 'aws']) program(box, name, 'exit 0')
  program(box, 'browser', `exec ${process.execPath} -e 'fetch(process.argv[1])' "$1"`)
  box.env.BROWSER = `${box.home}/bin/browser`
  const code = box.user.devices.length > 0 ? box.code() : ''
  for (const name of ['pass', 'zenity']) program(box, name, `echo ${code}`)
  box.env.SHELL = '/bin/true'
  return box
}

// What is shown

const SCENES: Readonly<Record<string, Scene>> = {
  'mfa-login --profile work': { before: newDay },
  'mfa-login credential-process --profile work --debug >/dev/null': { before: loggedIn },
  'mfa-login device enroll --profile work': { before: newcomer },
  '? The device alice is there, unused; an enrollment was not finished. What now? › (arrow keys, Enter)':
    {
      before: async () => {
        const box = await newcomer()
        box.aws.account.unassignedDevices.push(createVirtualDevice(SERIAL))
        return box
      },
      command: 'mfa-login device enroll --profile work',
      endsAtQuestion: true,
    },
  'mfa-login doctor --profile work': {
    before: async () => {
      const box = withPrograms(await newDay())
      await perform(box, 'mfa-login setup --profile work')
      await perform(box, 'mfa-login credential-process --profile work')
      box.aws.faults.clockOffsetMs = 20 * 60_000
      return box
    },
  },
  'mfa-login policy apply --group developers --profile admin': {
    before: administrator,
    endsAtQuestion: true,
  },
  'mfa-login policy verify --profile work': { before: loggedIn },
  'mfa-login policy show --style classic | mfa-login policy check -': { before: newDay },
  'mfa-login keys store --profile work': {
    before: async () => {
      const box = await newDay()
      await startKeyring(box)
      return box
    },
    isPossible: hasKeyring,
  },
  'mfa-login keys rotate --profile work': { before: newDay },
}

async function newDay(): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  const devices = [createVirtualDevice(SERIAL)]
  const box = await sandbox(createAccount({ users: [createUser('alice', { devices, policies })] }))
  box.freshStep(15_000)
  return box
}

async function loggedIn(): Promise<Sandbox> {
  const box = withPrograms(await newDay())
  await perform(box, 'mfa-login --profile work')
  return box
}

async function newcomer(): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  const box = await sandbox(createAccount({ users: [createUser('alice', { policies })] }))
  box.freshStep(20_000)
  return box
}

async function administrator(): Promise<Sandbox> {
  const policies = [{ name: 'everything', document: allowAllPolicy() }]
  const alice = createUser('alice', { devices: [createVirtualDevice(SERIAL)] })
  const admin = createUser('admin', { policies })
  const account = createAccount({ users: [admin, alice, createUser('bob')] })
  account.groups.push(createGroup('developers', { members: ['alice', 'bob'] }))
  const box = await sandbox(account)
  box.write('credentials', box.keysSection('admin'))
  return box
}

/** The same for every run: without times, codes, IDs and the home directory. */
function normalized(lines: readonly string[], home: string): string[] {
  return lines
    .filter((line) => line === '' || !/^[█▀▄ ]+$/.test(line))
    .map((line) =>
      line
        .replaceAll(home, '/home/alice')
        .replace(/\b\d{6}\b/g, '123456')
        .replace(/\d{4}-\d\d-\d\d(?:T[\d:]+Z| \d\d:\d\d [A-Z]\S*)/g, 'TIME')
        .replace(/\bA[KS]IA[A-Z\d]{12,}/g, 'AKIA')
        .replace(/…[A-Z\d]{4}\b/g, '…KEY')
        .replace(/\b[\da-f]{40}\b/g, 'DIGEST')
        .replace(/v\d+\.\d+\.\d+/g, 'VERSION')
        .replace(/\b\d+ (ms|bytes)\b/g, 'N $1')
        .replace(/\bin \d+ s\b/g, 'in N s')
        .replace(/(?:[A-Z2-7]{4} ){5,}[A-Z2-7]{4}/, 'SECRET')
        .trimEnd(),
    )
}

/** A line of the docs with `…` alone stands for any lines. */
function expectShown(shown: readonly string[], actual: readonly string[]): void {
  const trimmed = (text: string): string => text.replace(/^\n+|\s+$/g, '')
  const parts = shown.join('\n').split(/^ *…$/m)
  const [first = '', ...rest] = parts.map(trimmed)
  const text = trimmed(actual.join('\n'))
  if (rest.length === 0) {
    expect(text).toBe(first)
    return
  }
  let from = 0
  for (const part of [first, ...rest]) {
    const at = text.indexOf(part, from)
    expect(at, `${part}\n---- is not in\n${text}`).toBeGreaterThanOrEqual(0)
    from = at + part.length
  }
}

/** The commands of a block with what the docs show of each. */
function commandsIn(lines: readonly string[]) {
  const commands: { command: string | undefined; output: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] })
    else if (commands.length === 0) commands.push({ command: undefined, output: [line] })
    else commands.at(-1)!.output.push(line)
  }
  return commands
}

describe('what the docs show is what the program prints', () => {
  const shown = BLOCKS.filter(({ language }) => language === 'console')
  it.each(shown.map((block) => [block.place, block] as const))('%s', async (_, { lines }) => {
    const key = lines[0]!.replace(/^\$ /, '')
    const scene = SCENES[key]
    expect(scene, `no scene for ${key}`).toBeDefined()
    if (scene?.isPossible === false) return
    const box = withPrograms(await scene!.before())
    for (const { command, output } of commandsIn(lines)) {
      const { screen } = await perform(box, command ?? scene?.command ?? '', scene)
      expectShown(normalized(output, box.home), normalized(screen, box.home))
    }
  })
})

// What is only named

/** Programs that this machine may lack, and shells whose syntax `test/shell` checks. */
const OTHERS = /aws-vault|ykman|powershell|fish|^npm |^alias |^aws |^export |export-credentials/

/** The commands of a block of shell lines, without those that only other programs understand. */
function shellLines({ place, lines }: Block): [place: string, line: string][] {
  const whole = lines.join('\n').replace(/([|\\])\n */g, '$1 ')
  return whole
    .split('\n')
    .filter((line) => line.includes('mfa-login') && !OTHERS.test(line))
    .map((line) => [place, line])
}

/** What the docs tell to do before a command. */
const BEFORE: readonly (readonly [RegExp, string])[] = [
  [/--undo|doctor/, 'mfa-login setup --profile work'],
  [/doctor/, 'mfa-login credential-process --profile work'],
  [/policy check/, 'mfa-login policy show > mfa_mandatory.json'],
  [/--live/, 'mfa-login policy apply --group developers -p admin'],
]

async function dailyLife(line: string): Promise<Sandbox> {
  if (line.includes('device enroll')) return newcomer()
  const account = accountWithRoles()
  account.groups.push(createGroup('developers', { members: ['alice'] }))
  account.users[0]!.policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  const box = await boxWithRoles(account)
  box.freshStep(15_000)
  if (line.includes('keys store')) await startKeyring(box)
  if (line.includes('zenity')) box.env.DISPLAY = ':99'
  for (const [pattern, command] of BEFORE)
    if (pattern.test(line)) await perform(withPrograms(box), command)
  return box
}

describe('each command that the docs name works', () => {
  const all = BLOCKS.filter(({ language }) => language === 'sh').flatMap(shellLines)
  it.each(all)('%s: %s', async (_, line) => {
    if (line.includes('keys store') && !hasKeyring) return
    const box = withPrograms(await dailyLife(line))
    const { code, screen } = await perform(box, line)
    expect(code, screen.join('\n')).toBe(0)
  })
})
