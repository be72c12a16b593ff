/** Signals while a question is open or a helper runs: real terminals, real signals. */
import { describe, expect, it, test } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { processesOf, until } from '../support/processes.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'

noneOnWindows('signals')

const LOGIN = `${process.execPath} ${PROGRAM} --profile work`
const ECHO = /(?<!-)\becho\b/

/** Runs the program in a terminal, which shows its state afterwards and stays open. */
function atTerminal(box: Sandbox, env = ''): TerminalRun {
  return box.terminal(
    `${env} sh -c 'echo $$ >$HOME/pid; exec ${LOGIN}'; echo "ended: $?"; stty -a; echo done; read rest`,
  )
}

const pidOf = (box: Sandbox): number => Number(box.read('../pid'))

describe('a question at a terminal', () => {
  test.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('ends with %s and leaves echo behind', async (signal, code) => {
    const box = await sandbox()
    const run = atTerminal(box, 'ulimit -c 0;')
    await run.waitFor('MFA code for work')
    await until(box, () => processesOf(box).length === 2)
    process.kill(pidOf(box), signal)
    await run.waitFor('done')
    expect(run.screen).toContain(`ended: ${code}`)
    expect(run.screen).toMatch(ECHO)
    expect(run.screen).toMatch(/(?<!-)\bicanon\b/)
  })

  it('leaves echo behind where the program fails for another reason', async () => {
    const box = await sandbox()
    const thrower = `process.on('SIGUSR2', () => { throw new Error('thrown') })`
    box.env.NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(thrower)}`
    const run = atTerminal(box)
    await run.waitFor('MFA code for work')
    process.kill(pidOf(box), 'SIGUSR2')
    await run.waitFor('done')
    expect(run.screen).toContain('Error: thrown')
    expect(run.screen).toMatch(ECHO)
  })

  it('ends where its terminal goes away', async () => {
    const box = await sandbox()
    const run = atTerminal(box)
    await run.waitFor('MFA code for work')
    run.kill()
    await until(box, () => processesOf(box).length === 0)
  })
})

const PIPELINE =
  'mfa_process = (sleep 300; echo 123456) | (trap "" INT TERM; cat; sleep 300) | cat\n'

async function withPipeline(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('config', `[profile work]\n${PIPELINE}`)
  return box
}

const hasPipeline = (box: Sandbox) => (): boolean =>
  processesOf(box).filter(({ command }) => command.startsWith('sleep')).length === 1

describe('mfa_process with a pipeline', () => {
  test.each([
    ['SIGTERM', null],
    ['SIGHUP', null],
    ['SIGINT', 130],
  ] as const)('ends as a whole with %s', async (signal, code) => {
    const box = await withPipeline()
    const child = box.start(['--profile', 'work'])
    const outcome = outcomeOf(child)
    await until(box, hasPipeline(box))
    child.kill(signal)
    expect((await outcome).code).toBe(code)
    expect(processesOf(box)).toEqual([])
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'at a terminal ends as a whole with %s',
    async (signal) => {
      const box = await withPipeline()
      const run = atTerminal(box)
      await until(box, hasPipeline(box))
      process.kill(pidOf(box), signal)
      await run.waitFor('done')
      // The shell.
      expect(processesOf(box)).toHaveLength(1)
    },
  )

  it('at a terminal ends as a whole with Ctrl-C', async () => {
    const box = await withPipeline()
    const run = box.terminal(`trap : INT; ${LOGIN}; echo "ended: $?"; read rest`)
    await until(box, hasPipeline(box))
    run.type('\u0003')
    await run.waitFor('ended: 130')
    expect(processesOf(box)).toHaveLength(1)
  })

  it('may ask at the terminal', async () => {
    const box = await sandbox()
    const ask = 'printf "Which code? " >/dev/tty; read code </dev/tty; echo "$code"'
    box.write('config', `[profile work]\nmfa_process = ${ask}\n`)
    const run = box.terminal(LOGIN)
    await run.answer('Which code? ', `${box.code()}\r`)
    expect(await run.exit).toBe(0)
  })
})

describe.skipIf(!has('sh', '-c', 'command -v pinentry-tty'))(
  'pinentry at the same terminal',
  () => {
    const PINENTRY = 'GPG_TTY=$(tty) PINENTRY_PROGRAM=pinentry-tty MFA_LOGIN_PROMPT=pinentry'

    it('asks', async () => {
      const box = await sandbox()
      const run = atTerminal(box, PINENTRY)
      await run.answer('Code:', `${box.code()}\r`)
      await run.waitFor('done')
      expect(run.screen).toContain('ended: 0')
    })

    test.each([
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)('ends with %s and leaves echo behind', async (signal, code) => {
      const box = await sandbox()
      const run = atTerminal(box, PINENTRY)
      await run.waitFor('Code:')
      process.kill(pidOf(box), signal)
      await run.waitFor('done')
      expect(run.screen).toContain(`ended: ${code}`)
      expect(run.screen).toMatch(ECHO)
      expect(processesOf(box)).toHaveLength(1)
    })

    it('ends with Ctrl-C and leaves echo behind', async () => {
      const box = await sandbox()
      const run = box.terminal(
        `trap : INT; ${PINENTRY} ${LOGIN}; echo "ended: $?"; stty -a; echo done`,
      )
      await run.answer('Code:', '\u0003')
      await run.waitFor('done')
      expect(run.screen).toContain('ended: 130')
      expect(run.screen).toMatch(ECHO)
    })
  },
)
