import { expect, it, test } from 'vitest'
import { outputOf } from '../../../src/platform/process/child.ts'

test.each([
  ['one line', 'echo 123456', '123456'],
  ['no newline', 'printf 123456', '123456'],
  ['many lines', 'echo 123456; seq 1 1000', '123456'],
  ['nothing', 'true', ''],
])('takes the first line of %s', async (_, command, line) => {
  expect(await outputOf(command)).toBe(line)
})

test.each([
  ['an error', 'echo 123456; exit 3', 'failed (exit code 3)'],
  ['a signal', 'kill -9 $$', 'failed (SIGKILL)'],
  ['no end', 'echo 123456; yes', 'prints no end of text'],
  ['megabytes', 'head -c 5000000 /dev/zero', 'prints no end of text'],
])('refuses %s', async (_, command, words) => {
  await expect(outputOf(command)).rejects.toThrow(`The command in mfa_process ${words}.`)
})

it('does not wait for what the command has left running', async () => {
  const began = Date.now()
  await expect(outputOf('sleep 4; echo 123456', 300)).rejects.toThrow('did not end within 0.3 s')
  expect(Date.now() - began).toBeLessThan(3000)
})
