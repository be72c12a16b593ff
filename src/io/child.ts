import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RunOptions } from '../context.ts'
import { Failure } from '../failure.ts'

const PATIENCE_MS = 120_000

/** What a shell command prints; its stderr, where it may talk to the person, stays the terminal. */
export async function outputOf(commandLine: string): Promise<string> {
  const child = spawn(commandLine, {
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PATIENCE_MS,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code === 0) return output.split('\n')[0] ?? ''
  throw new Failure(
    'noCodeSource',
    `The command in mfa_process failed (${signal ?? `exit code ${code ?? '?'}`}).`,
    'run it by hand',
  )
}

export async function run(
  [program = '', ...args]: readonly string[],
  { env, input }: RunOptions,
): Promise<number> {
  const child = spawn(program, args, {
    env: { ...env },
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  })
  child.stdin?.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
