/** Output that cannot be written. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { LAUNCHER, outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']
const FULL = 'mfa-login: The output cannot be written: ENOSPC: no space left on device, write.\n'

/** Runs a command line of bash in which `$@` is the program with its arguments. */
async function bash(box: Sandbox, line: string, words: readonly string[]) {
  const args = ['-c', `set -o pipefail; ${line}`, 'bash', ...words]
  const { code, stderr } = await outcomeOf(spawn('bash', args, { env: box.env }))
  return { code, stderr }
}

const program = (...args: string[]): string[] => [process.execPath, PROGRAM, ...args]

async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  return box
}

/** A policy with findings. */
const POLICY = `echo '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'`
/** Reads nothing and stays until the program has tried to write. */
const CLOSED = '"$@" | (exec <&-; sleep 1)'

describe.skipIf(!existsSync('/dev/full'))('on a full disk', () => {
  it.each([
    ['policy', 'show'],
    ['status'],
    ['status', '--json'],
    ['env', '--profile', 'work'],
    ['--help'],
    ['--version'],
    SERVE,
  ])('%s %s %s fails with one line', async (...args) => {
    const box = await loggedIn()
    expect(await bash(box, '"$@" >/dev/full', program(...args))).toEqual({ code: 3, stderr: FULL })
  })

  it('of stderr a login still writes its session', async () => {
    const box = await sandbox()
    const login = program('--profile', 'work', '--token-code', box.code())
    expect(await bash(box, '"$@" 2>/dev/full', login)).toEqual({ code: 0, stderr: '' })
    expect(box.read('credentials')).toContain('[work-mfa]')
  })

  it.each([
    ['doctor', '--profile', 'none'],
    ['policy', 'check', '--json', '/dev/stdin'],
  ])('%s %s %s keeps the exit code of its findings', async (...args) => {
    const box = await sandbox()
    const outcome = await bash(box, `${POLICY} | "$@" >/dev/full`, program(...args))
    expect(outcome).toEqual({ code: 1, stderr: expect.stringContaining(FULL) as string })
  })

  it('the launcher leaves the report to Node', async () => {
    const box = await loggedIn()
    writeFileSync(`${box.home}/node`, '#!/bin/sh\necho ran >&2; exit 7\n', { mode: 0o755 })
    const launch = [LAUNCHER, `${box.home}/node`, PROGRAM, ...SERVE]
    // Writes the index, as soon as the files have been left alone for long enough.
    await expect
      .poll(async () => (await box.run(SERVE), (await bash(box, '"$@"', launch)).code), {
        timeout: 10_000,
      })
      .toBe(0)
    expect(await bash(box, '"$@" >/dev/full', launch)).toEqual({ code: 7, stderr: 'ran\n' })
  })
})

describe.skipIf(notOnWindows('POSIX shell'))('a reader that closes the pipe early', () => {
  it('ends a command with the code of SIGPIPE and without a word', async () => {
    const box = await loggedIn()
    for (const args of [['policy', 'show'], ['status', '--json'], SERVE])
      expect(await bash(box, CLOSED, program(...args))).toEqual({ code: 141, stderr: '' })
  })

  it('hides no findings', async () => {
    const box = await sandbox()
    const check = program('policy', 'check', '--json', '/dev/stdin')
    const { code } = await bash(box, `${POLICY} | ${CLOSED}`, check)
    expect(code).toBe(1)
  })
})
