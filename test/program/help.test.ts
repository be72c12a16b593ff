/** Help, and what is said about misspelled names. */
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { commandHelp, generalHelp, groupHelp } from '../../src/cli/help.ts'
import { sandbox } from '../support/sandbox.ts'

describe('help', () => {
  it.each([[['policy', '--help']], [['policy', '-h']], [['help', 'policy']]])(
    '%j shows the commands of the group',
    async (args) => {
      const box = await sandbox()
      const outcome = await box.run(args)
      expect(outcome).toEqual({ code: 0, stdout: groupHelp('policy', COMMANDS), stderr: '' })
      expect(outcome.stdout).toMatch(/^ {2}policy verify {2}\S/m)
    },
  )

  it('of a group without a command goes to stderr, and is misuse', async () => {
    const box = await sandbox()
    const stderr = groupHelp('keys', COMMANDS)
    expect(await box.run(['keys'])).toEqual({ code: 2, stdout: '', stderr })
  })

  it('has lines of at most 100 characters', async () => {
    const texts = [generalHelp(COMMANDS), groupHelp('policy', COMMANDS)]
    for (const [name, { load }] of Object.entries(COMMANDS))
      texts.push(commandHelp(name, (await load()).default))
    const long = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 100)
    expect(long).toEqual([])
  })
})

it.each([
  [['stauts'], 'There is no command "stauts". Try: mfa-login status'],
  [['policy', 'chek'], 'There is no command "policy chek". Try: mfa-login policy check'],
  [['policy', 'xyz'], 'There is no command "policy xyz". Try: mfa-login policy --help'],
  [['xyzzy'], 'There is no command "xyzzy". Try: mfa-login --help'],
  [['--porfile', 'x'], "Unknown option '--porfile'. Try: --profile, or mfa-login login --help"],
  [['status', '--profile', ''], 'The value of --profile is empty. Try: --profile NAME'],
  [['status', '--profile', 'x', '-p', 'y'], '--profile is given twice. Try:'],
  [['status', '--profile=-x'], 'and no dash in front'],
  [['status', '--profile', '-x'], "Option '--profile' argument is ambiguous. Try:"],
  [
    ['setup', '--undo', '--mode', 'profile'],
    '--mode and --undo cannot be used together. Try: mfa-login setup --help',
  ],
])('%j gets one line', async (args, message) => {
  const box = await sandbox()
  const { code, stdout, stderr } = await box.run(args)
  expect(stderr).toMatch(/^mfa-login: .*\n$/)
  expect(stderr).toContain(message)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})
