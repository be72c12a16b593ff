/** People at a terminal: their accounts, how they answer questions, and what they see. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import {
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
  type User,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { program } from './asking.ts'
import { codeOn } from './enrolling.ts'
import { PROGRAM, sandbox, type Sandbox, type TerminalRun } from './sandbox.ts'
import { screenOf } from './screen.ts'

export const SERIAL = 'arn:aws:iam::123456789012:mfa/alice'

export interface Situation {
  readonly columns?: number
  /** Whether the command is ended at its first question. */
  readonly endsAtQuestion?: boolean
  /** Answers other than those of `answerTo`, each to the first question with these words. */
  readonly answers?: Readonly<Record<string, string>>
}

/** Runs a command line at a terminal, and answers its questions. Returns its exit code and the screen. */
export async function perform(
  box: Sandbox,
  commandLine: string,
  { columns = 200, endsAtQuestion = false, answers = {} }: Situation = {},
) {
  const script = `${box.home}/line.sh`
  writeFileSync(script, `cd ${box.home}\n${commandLine}\n`)
  const run = box.terminal(`exec bash ${script}`, { columns })
  let code: number | undefined
  let answered = ''
  void run.exit.then((value) => (code = value))
  while (code === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const screen = await screenOf(run.screen, columns)
    const index = screen.findLastIndex((line) => line.startsWith('? '))
    // A question may take several lines. Its answer does not count.
    const [question = '', hint = ''] = screen
      .slice(index)
      .join(' ')
      .split(/\s*›\s*/)
    if (index < 0 || answered === `${index} ${question}`) continue
    if (endsAtQuestion) {
      run.kill()
      return { code, screen }
    }
    // The pause lets the program start to read.
    await new Promise((resolve) => setTimeout(resolve, 250))
    const own = Object.keys(answers).find((words) => question.includes(words))
    run.type(own === undefined ? answerTo(question + hint, box, run) : answers[own]!)
    answered = `${index} ${question}`
  }
  return { code, screen: await screenOf(run.screen, columns) }
}

/** What a person types. Codes are those of the previous step, of this one, and of the next, so nobody waits. */
function answerTo(question: string, box: Sandbox, run: TerminalRun): string {
  if (/\(y\/N\)|\(Y\/n\)/.test(question)) return 'y'
  if (question.includes('The code it shows')) return `${codeOn(box, run, -1)}\r`
  if (question.includes('The next code')) return `${codeOn(box, run, 0)}\r`
  if (run.screen.includes('type the seed')) return `${codeOn(box, run, 1)}\r`
  return question.includes('MFA code') ? `${unusedCode(box)}\r` : '\r'
}

const given = new WeakMap<Sandbox, number>()

function unusedCode(box: Sandbox): string {
  const count = given.get(box) ?? 0
  given.set(box, count + 1)
  return box.code(Math.min(count - 1, 1) as -1 | 0 | 1)
}

/** A PATH with `mfa-login`, and stand-ins for programs that a machine may lack. */
export function withPrograms(box: Sandbox): Sandbox {
  mkdirSync(`${box.home}/bin`, { recursive: true })
  const path = `${box.home}/bin/mfa-login`
  writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`)
  chmodSync(path, 0o755)
  for (const name of ['terraform', 'docker', 'npm']) program(box, name, 'exit 0')
  program(box, 'browser', `exec ${process.execPath} -e 'fetch(process.argv[1])' "$1"`)
  const code = box.user.devices.length > 0 ? box.code() : ''
  for (const name of ['pass', 'zenity']) program(box, name, `echo ${code}`)
  Object.assign(box.env, { BROWSER: `${box.home}/bin/browser`, SHELL: '/bin/true', TZ: 'UTC' })
  return box
}

const everything = { name: 'everything', document: allowAllPolicy() }
const strict = { name: 'mfa_mandatory', document: strictPolicy() }

async function boxOf(...users: User[]): Promise<Sandbox> {
  const box = await sandbox(createAccount({ users }))
  box.freshStep(20_000)
  return withPrograms(box)
}

/** Alice has an enrolled device. */
export async function newDay(): Promise<Sandbox> {
  const devices = [createVirtualDevice(SERIAL)]
  return boxOf(createUser('alice', { devices, policies: [strict, everything] }))
}

export async function loggedIn(): Promise<Sandbox> {
  const box = await newDay()
  await perform(box, 'mfa-login --profile work')
  return box
}

/** Alice has an access key and no device. */
export async function newcomer(): Promise<Sandbox> {
  return boxOf(createUser('alice', { policies: [strict, everything] }))
}

/** Of an account with the group developers, in which alice has a device and bob has none. */
export async function administrator(): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [everything] })
  const alice = createUser('alice', { devices: [createVirtualDevice(SERIAL)] })
  const box = await boxOf(admin, alice, createUser('bob'))
  box.aws.account.groups.push(createGroup('developers', { members: ['alice', 'bob'] }))
  box.write('credentials', box.keysSection('admin'))
  return box
}

/** What is on the screen without what differs from run to run: times, codes, IDs, QR codes and paths. */
export function normalized(lines: readonly string[], home: string): string[] {
  const text = lines
    .filter((line) => line === '' || !/^[█▀▄ ]+$/.test(line))
    .join('\n')
    .replace(/(gets credential_process =)\s[^]*?--profile\s+\w+/g, '$1 LINE')
    .replaceAll(home, '/home/alice')
    .replace(/\b\d{6}\b/g, '123456')
    .replace(/\d{4}-\d\d-\d\d(?:T[\d:]+Z|\s+\d\d:\d\d\s+[A-Z]\S*)/g, 'TIME')
    .replace(/\d{8}T\d\d\s*\d{4}Z/g, 'TIME')
    .replace(/\bA[KS]IA[A-Z\d]{12,}/g, 'AKIA')
    .replace(/…[A-Z\d]{4}\b/g, '…KEY')
    .replace(/\b[\da-f]{40}\b/g, 'DIGEST')
    .replace(/v\d+\.\d+\.\d+/g, 'VERSION')
    .replace(/\b\d+ (ms|bytes)\b/g, 'N $1')
    .replace(/\bin \d+ s\b/g, 'in N s')
    .replace(/(?:[A-Z2-7]{4} ){5,}[A-Z2-7]{4}/, 'SECRET')
  return text.split('\n').map((line) => line.trimEnd())
}
