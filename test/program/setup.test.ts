import { execSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { expectPrivate } from '../support/private.ts'
import { LAUNCHER, PROGRAM, sandbox } from '../support/sandbox.ts'
import { isWindows } from '../support/session.ts'

const SETUP = ['setup', '--profile', 'work']
const OLD_LINE = `credential_process = ${process.execPath} ${PROGRAM} credential-process --profile work`
/** The launcher is a shell script. */
const LINE = isWindows ? OLD_LINE : OLD_LINE.replace('= ', `= ${LAUNCHER} `)

const ROLE =
  '[profile work]\nregion = x\n\n[profile admin]\n# the role\nrole_arn = arn:aws:iam::123456789012:role/admin\n' +
  'region = y\nsource_profile = work\n'
/** Comments between the keys, and sections around them. */
const INNER_COMMENTS = `# my accounts
[other]
aws_access_key_id = AKIAIOSFODNN7EXAMPL2
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[work]
# key of alice, from 2024
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
; rotate in spring
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[zz]
role_session_name = x
`

describe('setup', () => {
  it('moves the keys, writes the line, keeps the rest and a backup', async () => {
    const box = await sandbox()
    const keys = box.keysSection().replace('[work]\n', '')
    box.write('credentials', `# mine\n${box.keysSection()}region = eu-west-1\n# end\n`)
    const before = [box.read('credentials'), box.read('config')]
    const { code, stderr } = await box.run([...SETUP, '--yes'])
    expect(code).toBe(0)
    expect(stderr).not.toContain(box.key.secretAccessKey)
    expect(box.read('credentials')).toBe(
      `# mine\n[work]\nregion = eu-west-1\n# end\n\n[work-long-term]\n${keys}`,
    )
    expect(box.read('config')).toBe(`[profile work]\nregion = eu-west-1\n${LINE}\n`)
    const backups = readdirSync(box.path('')).filter((name) => name.includes('backup'))
    expect(backups).toHaveLength(2)
    for (const name of backups) expectPrivate(box.path(name))

    expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
    const answer = execSync(LINE.replace('credential_process = ', ''), { env: box.env })
    expect(JSON.parse(answer.toString())).toHaveProperty('SessionToken')
    expect(box.read('credentials')).not.toContain('aws_session_token')

    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    // The login has added mfa_serial to the config.
    expect(box.read('config')).toContain(before[1]!)
    expect(box.read('config')).not.toContain('credential_process')
    expect(box.read('credentials')).toBe(before[0])
  })

  it('--undo that was broken off between the two files goes on and keeps the keys', async () => {
    const box = await sandbox()
    await box.run([...SETUP, '--yes'])
    const wired = box.read('config')
    await box.run([...SETUP, '--undo', '--yes'])
    const keys = box.read('credentials')
    expect(keys).toContain(box.keysSection())
    box.write('config', wired)
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect(box.read('credentials')).toBe(keys)
    expect(box.read('config')).not.toContain('credential_process')
  })

  it.skipIf(notOnWindows('POSIX shell'))(
    'renews a line without the launcher, which works and can be undone all the same',
    async () => {
      const box = await sandbox()
      await box.run([...SETUP, '--yes'])
      const config = box.read('config').replace(LINE, OLD_LINE)
      box.write('config', config)
      expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
      const command = OLD_LINE.replace('credential_process = ', '')
      expect(execSync(command, { env: box.env }).toString()).toContain('Token')
      expect((await box.run([...SETUP, '--yes'])).code).toBe(0)
      expect(box.read('config')).toContain(`${LINE}\n`)
      expect(box.read('config')).not.toContain(OLD_LINE)
      box.write('config', config)
      expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
      expect(box.read('config')).not.toContain('credential_process')
    },
  )

  it('shows and writes nothing with --dry-run', async () => {
    const box = await sandbox()
    const before = readdirSync(box.path(''))
    const { code, stderr } = await box.run([...SETUP, '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toContain('credential_process = ')
    expect(box.read('credentials')).toBe(box.keysSection())
    expect(readdirSync(box.path(''))).toEqual(before)
  })

  it('asks, and leaves all as it was on no', async () => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} ${SETUP.join(' ')}`)
    await run.waitFor('Make this change?')
    run.type('n')
    expect(await run.exit).toBe(130)
    expect(box.read('credentials')).toBe(box.keysSection())
  })

  it('leaves aws-mfa’s layout, takes the old session out, and --undo leaves the keys there', async () => {
    const box = await sandbox()
    const old =
      '[work]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n'
    box.write('credentials', `${box.keysSection('work-long-term')}${old}`)
    expect((await box.run([...SETUP, '--yes'])).code).toBe(0)
    expect(box.read('credentials')).toBe(box.keysSection('work-long-term'))
    const config = box.read('config')
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect(box.read('credentials')).toBe(`${box.keysSection('work-long-term')}${old}`)
    expect(config).toContain(box.read('config'))
    expect(box.read('config')).not.toContain('credential_process')
  })

  test.each([
    ['credential-process', 'aws --profile work sts get-caller-identity'],
    ['profile', 'mfa-login --profile work'],
  ])('in mode %s says that it is done where it is, and writes no backup', async (mode, next) => {
    const box = await sandbox()
    const setup = [...SETUP, '--mode', mode]
    await box.run([...setup, '--yes'])
    const once = [box.read('credentials'), box.read('config'), readdirSync(box.path(''))]
    const again = await box.run(setup)
    expect(again).toEqual({
      code: 0,
      stdout: '',
      stderr: `The profile work is already set up. Now: ${next}\n`,
    })
    expect([box.read('credentials'), box.read('config'), readdirSync(box.path(''))]).toEqual(once)
  })

  test.each([
    ['setup', SETUP],
    ['setup --undo', [...SETUP, '--undo']],
    ['import', ['import']],
  ])('%s --dry-run ends with "Nothing was changed."', async (_, words) => {
    const box = await sandbox()
    if (words.includes('--undo')) await box.run([...SETUP, '--yes'])
    const line = 'credential_process = aws-vault export --format=json work'
    if (words.includes('import')) box.write('config', `[profile work]\n${line}\n`)
    const before = [box.read('credentials'), box.read('config'), readdirSync(box.path(''))]
    const { code, stderr } = await box.run([...words, '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/\nNothing was changed\.\n$/)
    expect([box.read('credentials'), box.read('config'), readdirSync(box.path(''))]).toEqual(before)
  })

  test.each<[string, string, string]>([
    ['comments inside the section', INNER_COMMENTS, '[profile work]\nregion = x\n'],
    ['other settings beside the keys', 'settings', '[profile work]\nregion = x\n'],
    ['no section in the config', 'keys', '# none\n'],
    ['no config', 'keys', ''],
    ['no line end at the end', 'keys', '[profile work]\nregion = x'],
    ['line ends of Windows', 'windows', '[profile work]\r\nregion = x\r\n'],
    ['a role', 'keys', ROLE],
  ])('--undo restores both files byte for byte: %s', async (_, text, config) => {
    const box = await sandbox()
    const { accessKeyId, secretAccessKey } = box.key
    const credentials =
      {
        keys: box.keysSection(),
        settings: box.keysSection().replace('\n', '\n# a\nregion = y\n') + '# b\noutput = json\n',
        windows: `# x\r\n${box.keysSection().replaceAll('\n', '\r\n')}\r\n[zz]\r\nregion = x\r\n`,
      }[text] ??
      text
        .replaceAll('AKIAIOSFODNN7EXAMPLE\n', `${accessKeyId}\n`)
        .replaceAll(/(?<=\[work\][^[]*secret_access_key = ).*/g, secretAccessKey)
    box.write('credentials', credentials)
    box.write('config', config)
    const profile = config === ROLE ? 'admin' : 'work'
    const setup = ['setup', '--profile', profile, '--yes']
    const done = await box.run(setup)
    expect(done.code, done.stderr).toBe(0)
    for (const [comment] of credentials.matchAll(/^[#;].*$/gm))
      expect(box.read('credentials')).toContain(comment)
    expect(box.read('config')).toContain('credential_process')
    expect((await box.run([...setup, '--undo'])).code).toBe(0)
    expect(box.read('credentials')).toBe(credentials)
    expect(box.read('config')).toBe(config)
  })

  it('--undo removes the mfa_serial of --serial, and keeps the one of a login', async () => {
    const box = await sandbox()
    const before = [box.read('credentials'), box.read('config')]
    const serial = `mfa_serial = ${box.device.serialNumber}\n`
    await box.run([...SETUP, '--yes', '--serial', box.device.serialNumber])
    expect(box.read('config')).toContain(serial)
    // A second setup changes nothing that undoing has to find.
    await box.run([...SETUP, '--yes', '--serial', box.device.serialNumber])
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect([box.read('credentials'), box.read('config')]).toEqual(before)

    await box.run([...SETUP, '--yes'])
    await box.run(['--profile', 'work', '--token-code', box.code()])
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect([box.read('credentials'), box.read('config')]).toEqual([
      before[0],
      `${before[1]}${serial}`,
    ])
  })

  it('--undo restores both files but the session that a setup with encryption removes', async () => {
    const box = await sandbox()
    box.write('credentials', `# a\n${box.keysSection()}\n[zz]\n# mine\nregion = x\n`)
    await box.run([...SETUP, '--yes', '--mode', 'profile'])
    const before = box.read('credentials')
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const config = box.read('config')
    expect(box.read('credentials')).toContain('[work-mfa]')
    box.env.MFA_LOGIN_CACHE_ENCRYPTION = 'keyring'
    const { code, stderr } = await box.run([...SETUP, '--yes'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('[work-mfa] loses its session')
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect([box.read('credentials'), box.read('config')]).toEqual([before, config])
  })

  it('--undo leaves what was changed since', async () => {
    const box = await sandbox()
    box.write('credentials', INNER_COMMENTS)
    await box.run([...SETUP, '--yes'])
    box.write('credentials', `${box.read('credentials')}\n[new]\nregion = z\n`)
    box.write('config', `${box.read('config')}output = json\n`)
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect(box.read('credentials')).toBe(`${INNER_COMMENTS}\n[new]\nregion = z\n`)
    expect(box.read('config')).toBe('[profile work]\nregion = eu-west-1\noutput = json\n')
  })

  it('names a command with the same options where nobody can be asked', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run([
      ...SETUP,
      '--mode',
      'profile',
      '--serial',
      'GAHT12345678',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain(
      'Try: mfa-login setup --mode profile --serial GAHT12345678 --yes --profile work\n',
    )
  })

  it.skipIf(notOnWindows('links under Wine'))('quotes a path with a blank', async () => {
    const box = await sandbox()
    mkdirSync(`${box.home}/my tools`)
    symlinkSync(PROGRAM, `${box.home}/my tools/mfa-login`)
    const program = `'${box.home}/my tools/mfa-login'`
    const run = box.terminal(`${process.execPath} ${program} ${SETUP.join(' ')} --yes`)
    expect(await run.exit).toBe(0)
    expect(box.read('config')).toContain(`"${box.home}/my tools/mfa-login" credential-process`)
    const again = await box.run(['setup', '--profile', 'work', '--undo', '--yes'])
    expect(again.code).toBe(0)
  })

  it('prepares a profile for logins in profile mode', async () => {
    const box = await sandbox()
    const mode = ['--mode', 'profile', '--yes', '--serial', 'GAHT12345678']
    const { code, stderr } = await box.run([...SETUP, ...mode])
    expect(code).toBe(0)
    expect(stderr).toContain('config: the profile work-mfa gets region from work\n')
    expect(box.read('config')).toContain('[profile work-mfa]\nregion = eu-west-1\n')
    expect(box.read('config')).toContain('mfa_serial = GAHT12345678')
    expect(box.read('credentials')).toBe(box.keysSection())
  })

  test.each<[string, string[], string, number, string]>([
    ['an unknown mode', ['--mode', 'x'], '', 2, 'There is no mode "x"'],
    ['nobody to ask', [], '', 2, 'mfa-login setup --yes'],
    [
      'another credential_process',
      ['--yes'],
      'credential_process = /bin/other\n',
      3,
      'from another credential_process',
    ],
    [
      'a role from nowhere',
      ['--yes'],
      'role_arn = arn:aws:iam::1:role/x\n',
      3,
      'no source_profile',
    ],
    [
      'nothing to undo',
      ['--undo', '--yes'],
      '',
      3,
      'There is nothing to undo: the profile work has no credential_process of mfa-login. Try: mfa-login status\n',
    ],
  ])('refuses %s', async (_, args, config, exit, words) => {
    const box = await sandbox()
    box.write('config', `[profile work]\nregion = eu-west-1\n${config}`)
    const { code, stderr } = await box.run([...SETUP, ...args])
    expect(stderr).toContain(words)
    expect(code).toBe(exit)
    expect(box.read('credentials')).toBe(box.keysSection())
  })
})

it('keeps the backups of two changes within a second apart', async () => {
  const box = await sandbox()
  const before = box.read('credentials')
  const setup = ['setup', '--profile', 'work', '--yes']
  await box.run(setup)
  await box.run([...setup, '--undo'])
  await box.run(setup)
  const backups = readdirSync(box.path('.')).filter((name) =>
    name.startsWith('credentials.mfa-login-backup-'),
  )
  expect(backups).toHaveLength(3)
  expect(
    backups.map((name) => box.read(name)).filter((text) => text === before).length,
  ).toBeGreaterThan(0)
})

it.each([
  [
    'its source profile',
    '[default]\nregion = us-west-2\n[profile work]\nregion = eu-west-1\n',
    'eu-west-1',
  ],
  ['[default]', '[default]\nregion = us-west-2\n', 'us-west-2'],
  ['neither', '', 'us-east-1'],
])(
  'for a role without a region names the region of %s, before the command that needs it',
  async (_, config, region) => {
    const box = await sandbox()
    const role =
      '[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n'
    box.write('config', `${config}${role}`)
    const { stderr } = await box.run(['setup', '--profile', 'admin', '--yes'])
    expect(stderr).toContain(
      `The profile admin has no region. First: aws configure set region ${region} --profile admin\nNow: aws --profile admin sts get-caller-identity\n`,
    )
  },
)
