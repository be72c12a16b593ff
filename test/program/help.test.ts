/** Help, and what is said about misspelled names. */
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { commandHelp, generalHelp, groupHelp } from '../../src/cli/help.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { PROGRAM, sandbox } from '../support/sandbox.ts'

describe('help', () => {
  it.each([
    [['policy', '--help']],
    [['policy', '-h']],
    [['help', 'policy']],
    [['policy', 'help']],
    [['--region', 'eu-west-1', 'policy', '--help']],
  ])('%j shows the commands of the group', async (args) => {
    const box = await sandbox()
    const outcome = await box.run(args)
    expect(outcome).toEqual({
      code: 0,
      stdout: groupHelp('policy', COMMANDS, Infinity),
      stderr: '',
    })
    expect(outcome.stdout).toMatch(/^ {2}policy verify {2}\S/m)
  })

  it.each([
    ['--debug', 'status', '--json'],
    ['--region', 'eu-west-1', 'status', '--json'],
    ['--region=eu-west-1', '--debug', 'status', '--json'],
  ])('%s %s: options of every command may stand in front of its name', async (...args) => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run(args)
    expect(JSON.parse(stdout)).toHaveProperty('sessions', [])
    expect({ code, isDebug: stderr.includes('Node v') }).toEqual({
      code: 0,
      isDebug: args.includes('--debug'),
    })
  })

  it('takes the region in front of the name', async () => {
    const box = await sandbox()
    await box.run(['-p', 'work', '--token-code', box.code()])
    const words = ['exec', 'work', '--', process.execPath, '-p', 'process.env.AWS_REGION']
    const { stdout } = await box.run(['--region', 'us-west-2', ...words])
    expect(stdout).toBe('us-west-2\n')
    const { code, stderr } = await box.run(['--debug', 'statsu'])
    expect(stderr).toContain('There is no command "statsu". Try: mfa-login status\n')
    expect(code).toBe(2)
  })

  it.each([[['keys']], [['--region', 'eu-west-1', 'keys']], [['keys', '--debug', 'list']]])(
    'of a group without a command, as in %j, goes to stderr, and is misuse',
    async (args) => {
      const box = await sandbox()
      const stderr = groupHelp('keys', COMMANDS, Infinity)
      expect(await box.run(args)).toEqual({ code: 2, stdout: '', stderr })
    },
  )

  it('of a command in a group is behind the word help too', async () => {
    const box = await sandbox()
    expect(await box.run(['keys', 'help', 'rotate'])).toEqual(
      await box.run(['keys', 'rotate', '--help']),
    )
  })

  it('has lines of at most 80 characters, each broken at a word', async () => {
    const texts = [generalHelp(COMMANDS, Infinity), groupHelp('policy', COMMANDS, Infinity)]
    for (const [name, { load }] of Object.entries(COMMANDS))
      texts.push(commandHelp(name, (await load()).default, Infinity))
    const long = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 80)
    expect(long).toEqual([])
  })

  it.skipIf(notOnWindows('raw terminal output')).each([40, 52, 80, 200])(
    'fits a terminal of %i columns',
    async (columns) => {
      const box = await sandbox()
      for (const words of ['--help', 'policy --help', 'login --help', 'exec --help']) {
        const run = box.terminal(`${process.execPath} ${PROGRAM} ${words}`, { columns })
        expect(await run.exit).toBe(0)
        const lines = run.screen.split('\r\n')
        expect(lines.length).toBeGreaterThan(8)
        expect(lines.filter((line) => line.length > Math.min(80, columns))).toEqual([])
      }
    },
  )

  it('shows the commands by topic', async () => {
    const box = await sandbox()
    const { stdout } = await box.run(['--help'])
    const titles = Array.from(stdout.matchAll(/^(\S.*):$/gm), ([, title]) => title)
    const expected = ['Sessions', 'Setup and shells', 'MFA devices', 'Long-term keys', 'Policies']
    expect(titles).toEqual([...expected, 'Help'])
    for (const name of Object.keys(COMMANDS))
      expect(stdout).toMatch(new RegExp(`^  ${name} {2,}\\S`, 'm'))
  })

  it('of a text that the source breaks over lines is wrapped once', async () => {
    const box = await sandbox()
    const [about = ''] = (await box.run(['setup', '--help'])).stdout.split('\n\n')
    const lines = about.split('\n')
    expect(lines.length).toBeGreaterThan(2)
    // No word of the next line would have found room.
    for (const [index, line] of lines.slice(0, -1).entries())
      expect(`${line} ${lines[index + 1]!.split(' ')[0]}`.length).toBeGreaterThan(80)
  })
})

describe('other names', () => {
  it.each([['version'], ['-v'], ['-V'], ['--version']])('%s prints the version', async (word) => {
    const box = await sandbox()
    const outcome = await box.run([word])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('the version as JSON has what a bug report needs, and no path', async () => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run(['--version', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { bun, ...report } = JSON.parse(stdout) as Record<string, string>
    expect(report).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      node: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      platform: process.platform,
      arch: expect.any(String) as string,
      system: expect.stringMatching(/^\w+ \d/) as string,
      installedBy: 'clone',
    })
    expect(bun ?? '1.0').toMatch(/^\d/)
    expect(stdout).not.toMatch(/[/\\]/)
  })

  it.each([
    [
      ['ls', '--help'],
      ['status', '--help'],
    ],
    [
      ['keys', 'ls'],
      ['keys', 'list'],
    ],
    [
      ['device', 'ls', '--help'],
      ['device', 'list', '--help'],
    ],
    [
      ['device', 'enrol', '-h'],
      ['device', 'enroll', '-h'],
    ],
    [
      ['help', 'device', 'enrol'],
      ['help', 'device', 'enroll'],
    ],
  ])('%j is %j', async (alias, name) => {
    const box = await sandbox()
    const outcome = await box.run(alias)
    expect(outcome.code).toBe(0)
    expect(outcome).toEqual(await box.run(name))
  })
})

it.each([
  [['stauts'], 'There is no command "stauts". Try: mfa-login status'],
  [['policy', 'chek'], 'There is no command "policy chek". Try: mfa-login policy check'],
  [['policy', 'xyz'], 'There is no command "policy xyz". Try: mfa-login policy --help'],
  [['polcy'], 'There is no command "polcy". Try: mfa-login policy\n'],
  [['enroll'], 'There is no command "enroll". Try: mfa-login device enroll\n'],
  [['device', 'enrl'], 'There is no command "device enrl". Try: mfa-login device enroll\n'],
  [['enrol'], 'There is no command "enrol". Try: mfa-login device enroll\n'],
  [['work'], 'There is no command "work". Try: mfa-login login work\n'],
  [['xyzzy'], 'There is no command "xyzzy". Try: mfa-login --help'],
  [['--porfile', 'x'], "Unknown option '--porfile'. Try: --profile, or mfa-login login --help"],
  [['status', '--profile', ''], 'The value of --profile is empty. Try: --profile NAME'],
  [['status', '--profile', 'x', '-p', 'y'], '--profile is given twice. Try:'],
  [
    ['status', '--profile=-x'],
    'characters that AWS tools do not read. Try: letters, digits, blanks and',
  ],
  [['status', '--profile', '-x'], '--profile needs a value. Try: --profile NAME'],
  [['--profile'], '--profile needs a value. Try: --profile NAME'],
  [['--region', 'us-east-1', '-profile', 'work'], '-profile has one dash, and a long option has'],
  [['exec', '-profile', 'work', '--', 'ls'], '-profile has one dash, and a long option has two.'],
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
