import { expect, it } from 'vitest'
import { thisCommand } from '../../src/cli/this-command.ts'

it.each([
  [[], 'mfa-login'],
  [['keys', 'rotate', '-p', 'my work'], "mfa-login keys rotate -p 'my work'"],
  [['login', '--token-code', '123456', '-p', 'work'], 'mfa-login login -p work'],
  [['login', '--token-code=123456'], 'mfa-login login'],
  [['exec', '-p', 'work', '--', 'psql', 'hunter2'], 'mfa-login exec -p work -- COMMAND'],
])('the command of %j to repeat', (argv, line) => {
  expect(thisCommand(argv)).toBe(line)
})
