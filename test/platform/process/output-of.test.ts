import { describe, expect, it, test } from 'vitest'
import { outputOf } from '../../../src/platform/process/converse.ts'
import { notOnWindows } from '../../support/not-on-windows.ts'

/** A command line for sh and cmd. The script has no double quotes, `$` or `%`. */
const js = (script: string): string => `"${process.execPath}" -e "${script}"`

/** Starts a program that keeps the output open for 15 seconds, and does not wait for it. */
const leave = (script = ''): string =>
  `require('child_process').spawn(process.execPath, ['-e', '${script}; setTimeout(() => 0, 15000)'], ` +
  `{ stdio: ['ignore', 'inherit', 'ignore'], detached: true }).unref()`

describe('the output of a command line', () => {
  test.each([
    ['one line', 'echo 123456', '123456'],
    ['no newline', js("process.stdout.write('123456')"), '123456'],
    ['many lines', js('for (let i = 123456; i < 124456; i++) console.log(i)'), '123456'],
    ['a line as Windows ends it', js("process.stdout.write('123456\\r\\n7')"), '123456'],
    ['nothing', js(''), ''],
  ])('is the first line of %s', async (_, command, line) => {
    expect(await outputOf(command, 60_000)).toBe(line)
  })

  test.each([
    ['an error', js('console.log(123456); process.exitCode = 3'), 'failed (exit code 3)'],
    [
      'endless text',
      js(
        'console.log(123456); (function more() { process.stdout.write(String(10n ** 9999n), more) })()',
      ),
      'never stops printing',
    ],
    ['megabytes', js("process.stdout.write('x'.repeat(5e6))"), 'never stops printing'],
  ])('is refused for %s', async (_, command, reason) => {
    await expect(outputOf(command, 60_000)).rejects.toThrow(`The command in mfa_process ${reason}.`)
  })

  it.skipIf(notOnWindows('signals'))('is refused for a signal', async () => {
    const refused = outputOf('kill -9 $$', 60_000)
    await expect(refused).rejects.toThrow('The command in mfa_process failed (SIGKILL).')
  })

  test.each([
    ['goes on', js('console.log(123456); setInterval(() => 0, 1000)')],
    ['leaves a program that keeps its output open', js(`${leave()}; console.log(123456)`)],
    [
      'leaves it to another program to print it',
      js(leave('setTimeout(() => console.log(123456), 500)')),
    ],
  ])('is the first line of a program that %s', async (_, command) => {
    const startedAt = Date.now()
    expect(await outputOf(command, 60_000)).toBe('123456')
    expect(Date.now() - startedAt).toBeLessThan(10_000)
  })

  it('does not wait for programs that outlive the time limit', async () => {
    const startedAt = Date.now()
    const command = js('setTimeout(() => console.log(123456), 4000)')
    await expect(outputOf(command, 300)).rejects.toThrow('did not end within 0.3 s')
    expect(Date.now() - startedAt).toBeLessThan(3000)
  })
})
