import { describe, expect, it, test } from 'vitest'
import { outputOf } from '../../../src/platform/process/converse.ts'

describe('the output of a command line', () => {
  test.each([
    ['one line', 'echo 123456', '123456'],
    ['no newline', 'printf 123456', '123456'],
    ['many lines', 'echo 123456; seq 1 1000', '123456'],
    ['nothing', 'true', ''],
  ])('is the first line of %s', async (_, command, line) => {
    expect(await outputOf(command, 60_000)).toBe(line)
  })

  test.each([
    ['an error', 'echo 123456; exit 3', 'failed (exit code 3)'],
    ['a signal', 'kill -9 $$', 'failed (SIGKILL)'],
    ['endless text', 'echo 123456; yes', 'prints no end of text'],
    ['megabytes', 'head -c 5000000 /dev/zero', 'prints no end of text'],
  ])('is refused for %s', async (_, command, reason) => {
    await expect(outputOf(command, 60_000)).rejects.toThrow(`The command in mfa_process ${reason}.`)
  })

  test.each([
    ['goes on', 'echo 123456; sleep 300'],
    ['leaves a program that keeps its output open', 'sleep 15 2>/dev/null & echo 123456'],
    [
      'leaves it to another program to print it',
      '(sleep 0.5; echo 123456; sleep 15) 2>/dev/null &',
    ],
  ])('is the first line of a program that %s', async (_, command) => {
    const startedAt = Date.now()
    expect(await outputOf(command, 60_000)).toBe('123456')
    expect(Date.now() - startedAt).toBeLessThan(10_000)
  })

  it('does not wait for programs that outlive the time limit', async () => {
    const startedAt = Date.now()
    await expect(outputOf('sleep 4; echo 123456', 300)).rejects.toThrow('did not end within 0.3 s')
    expect(Date.now() - startedAt).toBeLessThan(3000)
  })
})
