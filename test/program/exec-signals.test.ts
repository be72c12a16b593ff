/** Every signal reaches the command of exec once, no matter who sent it and what stdin is. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'

noneOnWindows('signals')

/** Says which process it runs in, and a moment after each signal how many it got in all. */
const COUNTER = `
  const seen = {}
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    seen[signal] = 0
    process.on(signal, () => {
      seen[signal] += 1
      setTimeout(() => console.log(signal + ': ' + seen[signal]), 600)
    })
  }
  process.on('SIGUSR1', () => process.exit(3))
  setInterval(() => {}, 1000)
  setTimeout(() => console.log('exec: ' + process.ppid + '.'), 100)`

async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  const { code } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code).toBe(0)
  writeFileSync(`${box.home}/counter.js`, COUNTER)
  return box
}

const EXEC = ['exec', '--profile', 'work', '--', process.execPath]
const LINE = `${[process.execPath, PROGRAM, ...EXEC].join(' ')} $HOME/counter.js`

/** The process ID of mfa-login once the command runs. */
async function started(run: TerminalRun): Promise<number> {
  await run.waitFor('exec: ')
  return Number(/exec: (\d+)\./.exec(run.screen)?.[1])
}

/** How often the command got a signal, by what it says itself. */
const countsOf = (text: string, signal: string): string[] =>
  Array.from(text.matchAll(new RegExp(`${signal}: (\\d+)`, 'g')), ([, count = '']) => count)

describe('at a terminal', () => {
  test.each([
    ['a terminal', LINE],
    ['a pipe', `echo yes | ${LINE}`],
    ['/dev/null', `${LINE} </dev/null`],
  ])('Ctrl-C reaches the command once, and again once, with %s as stdin', async (_, line) => {
    const box = await loggedIn()
    const run = box.terminal(`trap : INT; ${line}`)
    await started(run)
    run.type('\u0003')
    await run.waitFor('SIGINT: ')
    run.type('\u0003')
    await run.waitFor('SIGINT: ', 2)
    expect(countsOf(run.screen, 'SIGINT')).toEqual(['1', '2'])
    run.kill()
  })

  test.each(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const)(
    'kill passes %s on once',
    async (signal) => {
      const box = await loggedIn()
      const run = box.terminal(`ulimit -c 0; ${LINE}; echo "ended: $?"; read rest`)
      const pid = await started(run)
      process.kill(pid, signal)
      await run.waitFor(`${signal}: `)
      expect(countsOf(run.screen, signal)).toEqual(['1'])
      process.kill(pid, 'SIGUSR1')
      await run.waitFor('ended: 3')
      run.kill()
    },
  )

  it('a signal to the process group, as of timeout(1), reaches the command once', async () => {
    const box = await loggedIn()
    // A job of its own, as an interactive shell starts it.
    const run = box.terminal(`set -m; ${LINE}; read rest`)
    const pid = await started(run)
    process.kill(-pid, 'SIGTERM')
    await run.waitFor('SIGTERM: ')
    expect(countsOf(run.screen, 'SIGTERM')).toEqual(['1'])
    run.kill()
  })
})

describe('without a terminal', () => {
  test.each([
    ['the program', 1],
    ['its process group', -1],
  ] as const)('a signal to %s reaches the command once', async (_, sign) => {
    const box = await loggedIn()
    const child = box.start([...EXEC, `${box.home}/counter.js`])
    const outcome = outcomeOf(child)
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    process.kill(sign * child.pid!, 'SIGTERM')
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    process.kill(child.pid!, 'SIGUSR1')
    const { code, stdout } = await outcome
    expect(countsOf(stdout, 'SIGTERM')).toEqual(['1'])
    expect(code).toBe(3)
  })

  it.skipIf(!has('setsid', '--version'))(
    'a signal to the process group is passed on to a command in another group',
    async () => {
      const box = await loggedIn()
      const child = box.start([
        ...EXEC.slice(0, -1),
        'setsid',
        process.execPath,
        `${box.home}/counter.js`,
      ])
      const outcome = outcomeOf(child)
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
      process.kill(-child.pid!, 'SIGTERM')
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
      process.kill(child.pid!, 'SIGUSR1')
      expect(countsOf((await outcome).stdout, 'SIGTERM')).toEqual(['1'])
    },
  )
})
