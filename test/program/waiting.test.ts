/** One process of many asks; the others wait for it, and nobody touches a terminal that others are using. */
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, test } from 'vitest'
import { lockOf, machineName } from '../../src/platform/files/lock-holder.ts'
import { answers, program, runsOf } from '../support/asking.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { until } from '../support/processes.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'

noneOnWindows('POSIX terminal')

const SERVE = ['credential-process', '--profile', 'work']
const LOGIN = ['--profile', 'work']
const line = (words: readonly string[]): string => [process.execPath, PROGRAM, ...words].join(' ')

const QUESTION = 'MFA code for work'
const ELSEWHERE = 'Try: mfa-login --profile work --force in the foreground or in another terminal'

/** A terminal where the program asks, and the process ID of the program. */
async function asking(box: Sandbox, words = SERVE): Promise<{ run: TerminalRun; pid: number }> {
  const run = box.terminal(`echo $$ >$HOME/pid; tty >$HOME/tty; exec ${line(words)}`)
  await run.waitFor(QUESTION)
  return { run, pid: Number(box.read('../pid')) }
}

describe('in the background of a terminal', () => {
  it('credential-process says what to run, is not stopped, and serves the session of a login elsewhere', async () => {
    const box = await sandbox()
    const run = box.terminal(
      `set -m; ${line(SERVE)} >$HOME/out & read go; ${line(LOGIN)}; wait $!; echo "waited: $?"`,
    )
    await run.waitFor(ELSEWHERE)
    expect(run.screen).toContain('terminal (another program is using it)')
    expect(run.screen).not.toContain(QUESTION)
    run.type('\r')
    await run.answer(QUESTION, `${box.code()}\r`)
    await run.waitFor('waited: 0')
    expect(JSON.parse(box.read('../out'))).toHaveProperty('SessionToken')
    expect(box.calls()).toEqual(['OK'])
    run.kill()
  })

  it('it asks once it is in the foreground', async () => {
    const box = await sandbox()
    const run = box.terminal(`set -m; ${line(SERVE)} >$HOME/out & read go; fg; echo "ended: $?"`)
    await run.waitFor(ELSEWHERE)
    run.type('\r')
    await run.answer(QUESTION, `${box.code()}\r`)
    await run.waitFor('ended: 0')
    run.kill()
  })

  it('it fails at once where nobody sees what it waits for, and leaves no lock behind', async () => {
    const box = await sandbox()
    const run = box.terminal(
      `set -m; ${line(SERVE)} >$HOME/out 2>$HOME/err & wait $!; echo "ended: $?"`,
    )
    await run.waitFor('ended: 6')
    expect(box.read('../err')).toContain(ELSEWHERE)
    expect(box.read('../err').trim()).not.toContain('\n')
    expect(readdirSync(box.path('mfa-login/cache')).join()).not.toContain('lock')
    run.kill()
  })

  it('a dialog asks', async () => {
    const box = await sandbox()
    program(box, 'kdialog')
    answers(box, box.code())
    Object.assign(box.env, { DISPLAY: ':99', PINENTRY_PROGRAM: '/nowhere/pinentry' })
    const run = box.terminal(`set -m; ${line(SERVE)} >$HOME/out & wait $!; echo "ended: $?"`)
    await run.waitFor('ended: 0')
    expect(runsOf(box, 'kdialog')).toHaveLength(1)
    run.kill()
  })

  it('pinentry does not draw on the terminal', async () => {
    const box = await sandbox()
    box.env.PINENTRY_PROGRAM = 'pinentry-tty'
    const run = box.terminal(
      `export GPG_TTY=$(tty); set -m; ${line(SERVE)} >$HOME/out 2>&1 & wait $!; echo "ended: $?"`,
    )
    await run.waitFor('ended: 6')
    expect(run.screen).not.toContain('Code:')
    run.kill()
  })

  it('commands that ask before a change are not stopped', async () => {
    const box = await sandbox()
    const run = box.terminal(`set -m; ${line(['setup', ...LOGIN])} & wait $!; echo "ended: $?"`)
    await run.waitFor('ended: 2')
    expect(run.screen).toContain('There is no terminal to ask for consent.')
    run.kill()
  })
})

describe('behind the question of another process', () => {
  test.each([
    ['credential-process', SERVE],
    ['credential-process that loads the whole program', [...SERVE, '--debug']],
    ['login', LOGIN],
  ])('%s names it after two seconds, and keeps the time limit', async (_, words) => {
    const box = await sandbox()
    const { run, pid } = await asking(box)
    const env = { MFA_LOGIN_PROMPT_TIMEOUT: '4' }
    const { code, stderr } = await box.run(words, { env })
    const tty = box.read('../tty').trim().replace('/dev/', '')
    const question = `Waiting for the MFA code that mfa-login (PID ${pid}) asks for on ${tty}.\n`
    expect(stderr.split(question)).toHaveLength(2)
    expect(stderr).toContain('Within 4 s nobody gave an MFA code for profile work.')
    expect(code).toBe(130)
    run.kill()
  })

  it('a dialog and mfa_process are named too', async () => {
    const box = await sandbox()
    appendFileSync(box.path('config'), 'mfa_process = sleep 4; exit 1\n')
    const first = box.run(SERVE)
    await until(box, () => readdirSync(box.home).length > 0)
    await pause(500)
    const { stderr } = await box.run(SERVE, { env: { MFA_LOGIN_PROMPT_TIMEOUT: '3' } })
    expect(stderr).toMatch(
      /Waiting for the MFA code that mfa-login \(PID \d+\) asks for with mfa_process\./,
    )
    await first
  })

  it('a waiting process takes over from a stopped one, which then sends no code', async () => {
    const box = await sandbox()
    box.freshStep(25_000)
    const { run: stopped, pid } = await asking(box)
    process.kill(pid, 'SIGSTOP')
    const { run: next } = await asking(box)
    await next.answer(QUESTION, `${box.code()}\r`)
    expect(await next.exit).toBe(0)
    process.kill(pid, 'SIGCONT')
    await stopped.answer(QUESTION, `${box.code(1)}\r`)
    expect(await stopped.exit).toBe(0)
    expect(stopped.screen).toContain('SessionToken')
    expect(box.calls()).toEqual(['OK'])
  })

  it('a stopped process that is continued before the next one has an answer waits for it', async () => {
    const box = await sandbox()
    box.freshStep(25_000)
    const { run: stopped, pid } = await asking(box)
    process.kill(pid, 'SIGSTOP')
    const { run: next } = await asking(box)
    process.kill(pid, 'SIGCONT')
    await stopped.answer(QUESTION, `${box.code(1)}\r`)
    await pause(1000)
    expect(box.calls()).toEqual([])
    await next.answer(QUESTION, `${box.code()}\r`)
    expect(await stopped.exit).toBe(0)
    expect(box.calls()).toEqual(['OK'])
  })
})

it('a stopped process that lost its lock leaves no failure to the others when the person cancels it', async () => {
  const box = await sandbox()
  const { run: stopped, pid } = await asking(box)
  process.kill(pid, 'SIGSTOP')
  const { run: next } = await asking(box)
  process.kill(pid, 'SIGCONT')
  await stopped.answer(QUESTION, '\u0003')
  expect(await stopped.exit).toBe(130)
  expect(readdirSync(box.path('mfa-login/cache')).join()).not.toContain('.failed')
  await next.answer(QUESTION, `${box.code()}\r`)
  expect(await next.exit).toBe(0)
})

it('setup says how to continue a stopped process that holds the lock of a file', async () => {
  const box = await sandbox()
  const lock = lockOf(box.path('credentials'))
  const holder = spawn('sleep', ['60'])
  const stat = readFileSync(`/proc/${holder.pid}/stat`, 'utf8').split(') ')[1]!
  const owner = { machine: machineName(), pid: holder.pid, started: stat.split(' ')[19] }
  const file = `${lock}/${holder.pid}-0123456789ab`
  mkdirSync(lock)
  writeFileSync(file, JSON.stringify(owner))
  utimesSync(file, 1, 1)
  holder.kill('SIGSTOP')
  const setup = box.start(['setup', ...LOGIN, '--yes'])
  const outcome = outcomeOf(setup)
  let stderr = ''
  setup.stderr.on('data', (text) => (stderr += String(text)))
  await until(box, () => stderr.includes('Waiting'))
  holder.kill('SIGKILL')
  const { code } = await outcome
  expect(code, stderr).toBe(0)
  expect(stderr.match(/^.*Waiting.*$/gm)).toEqual([
    `Waiting for process ${holder.pid}, which is stopped and holds the lock ${lock}. Try: kill -CONT ${holder.pid}`,
  ])
})

describe('mfa_process that prints a used code', () => {
  /** Without the session of the code. */
  async function used(): Promise<Sandbox> {
    const box = await sandbox()
    box.freshStep(10_000)
    const code = box.code()
    expect((await box.run([...LOGIN, '--token-code', code])).code).toBe(0)
    const cache = box.path('mfa-login/cache')
    for (const name of readdirSync(cache))
      if (!name.endsWith('.sent')) rmSync(`${cache}/${name}`, { recursive: true })
    appendFileSync(box.path('config'), `mfa_process = echo run >>$HOME/runs; echo ${code}\n`)
    return box
  }
  const runs = (box: Sandbox): number =>
    readFileSync(`${box.home}/runs`, 'utf8').split('\n').length - 1

  it('is run once more, with the next code, and no other time', async () => {
    const box = await used()
    box.nearEndOfStep(2000)
    const { code, stderr } = await box.run(SERVE)
    expect(stderr).toContain('The command in mfa_process printed only used codes.')
    expect(code).toBe(4)
    expect(runs(box)).toBe(2)
    expect(box.calls()).toEqual(['OK'])
  })

  it('is not waited for longer than the time limit', async () => {
    const box = await used()
    const { code, stderr } = await box.run(SERVE, { env: { MFA_LOGIN_PROMPT_TIMEOUT: '2' } })
    expect(stderr).toContain('Within 2 s nobody gave an MFA code')
    expect(code).toBe(130)
    expect(runs(box)).toBe(1)
  })

  it('has the time limit for each run too', async () => {
    const box = await sandbox()
    appendFileSync(box.path('config'), 'mfa_process = sleep 60\n')
    const { code, stderr } = await box.run(SERVE, { env: { MFA_LOGIN_PROMPT_TIMEOUT: '2' } })
    expect(stderr).toMatch(/The command in mfa_process did not end within \d(\.\d)? s\./)
    expect(code).toBe(6)
  })
})
