/** Carries out what a hint says, as a person at a terminal would. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { codeOn } from './enrolling.ts'
import { PROGRAM, type Sandbox, type TerminalRun } from './sandbox.ts'

/** The ways that a remedy names, each as its steps. */
export function waysOf(remedy: string): string[][] {
  return remedy
    .split(/, or(?: [^:,]*)?: /)
    .map((way) =>
      way.split(/, then: /).map((step) => step.replace(/, (?:as|in|with|which) .*$/, '')),
    )
}

/** Makes `mfa-login` a command of the sandbox. */
export function install(box: Sandbox): void {
  mkdirSync(`${box.home}/bin`, { recursive: true })
  symlinkSync(PROGRAM, `${box.home}/bin/mfa-login`)
  box.env.PATH = `${box.home}/bin:${box.env.PATH ?? ''}`
}

/** Runs one step; `fill` has what the person knows, such as ARN. */
export async function carryOut(
  box: Sandbox,
  step: string,
  fill: Readonly<Record<string, string>>,
): Promise<void> {
  const line = Object.entries(fill).reduce((text, [word, value]) => text.replace(word, value), step)
  const write = /^write (\[.*\]) in line (\d+) of (.*)$/.exec(line)
  const [verb, ...words] = line.split(' ')
  if (write !== null) writeLine(write[3]!, Number(write[2]), write[1]!)
  else if (verb === 'unset') for (const name of words) Reflect.deleteProperty(box.env, name)
  else if (verb === 'export') {
    for (const word of words) box.env[word.split('=')[0]!] = word.replace(/^\w+=/, '')
  } else await runAtTerminal(box, line)
}

function writeLine(path: string, number: number, text: string): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  lines[number - 1] = text
  writeFileSync(path, lines.join('\n'))
}

type Answer = (box: Sandbox, run: TerminalRun) => string

/** The questions of mfa-login and of `aws configure`. */
const ANSWERS: readonly [question: string, answer: Answer][] = [
  ['MFA code', (box) => box.code()],
  ['Which key is to stay', () => ''],
  ['Make this change?', () => 'y'],
  ['Remove arn:', () => 'y'],
  ['The code it shows', (box, run) => codeOn(box, run, -1)],
  ['The next code', (box, run) => codeOn(box, run, 0)],
  ['Log in now?', () => 'n'],
  ['AWS Access Key ID', ({ key }) => key.accessKeyId],
  ['AWS Secret Access Key', ({ key }) => key.secretAccessKey],
  ['Default region name', () => 'eu-west-1'],
  ['Default output format', () => 'json'],
]

async function runAtTerminal(box: Sandbox, line: string): Promise<void> {
  box.freshStep()
  const run = box.terminal(line)
  let exit: number | undefined
  void run.exit.then((code) => (exit = code))
  const open = new Map(ANSWERS)
  while (exit === undefined) {
    const [question, answer] = [...open].find(([each]) => run.screen.includes(each)) ?? []
    if (question !== undefined && answer !== undefined) {
      open.delete(question)
      await run.answer(question, `${answer(box, run)}\r`)
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  if (exit !== 0) throw new Error(`"${line}" ended with ${exit}:\n${run.screen}`)
}
