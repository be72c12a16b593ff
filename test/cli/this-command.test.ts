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

it.each([
  [['--profile', 'wrok'], 'mfa-login --profile work'],
  [['setup', '--profile=wrok', '--yes'], 'mfa-login setup --profile=work --yes'],
  [['keys', 'list', '-pwrok'], 'mfa-login keys list -pwork'],
  [['exec', 'wrok', '--', 'ls'], 'mfa-login exec work -- COMMAND'],
  [
    ['policy', 'apply', '--user', 'wrok', '-p', 'wrok'],
    'mfa-login policy apply --user wrok -p work',
  ],
  [[], 'mfa-login --profile work'],
  [['--force'], 'mfa-login --profile work --force'],
  [['keys', 'rotate', '--yes'], 'mfa-login keys rotate --profile work --yes'],
  [['exec', '--', 'ls'], 'mfa-login exec --profile work -- COMMAND'],
])('the command of %j with the profile that is meant', (argv, line) => {
  expect(thisCommand(argv, { wrong: 'wrok', meant: 'work' })).toBe(line)
})
