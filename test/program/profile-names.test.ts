/** Names of profiles with blanks and letters of other scripts, as the AWS CLI reads them. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it, test } from 'vitest'
import { has } from '../support/programs.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const WARNING = 'The AWS SDK for JavaScript does not find a profile named'
const count = (text: string, part: string): number => text.split(part).length - 1

async function boxWith(name: string, header = `profile ${name}`): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', box.keysSection(name))
  box.write('config', `[${header}]\nregion = eu-west-1\nmfa_serial = ${box.device.serialNumber}\n`)
  return box
}

describe.each([
  ['Foo Bar', 'profile "Foo Bar"', `'Foo Bar-mfa'`, `[profile 'Foo Bar-mfa']`],
  ['Łódź', 'profile Łódź', `'Łódź-mfa'`, '[profile Łódź-mfa]'],
  ['仕事 2', "profile '仕事 2'", `'仕事 2-mfa'`, `[profile '仕事 2-mfa']`],
])('a profile named %s', (name, header, quoted, section) => {
  const words = ['--profile', name]

  it('can log in, and is served and removed like any other', async () => {
    const box = await boxWith(name, header)
    const env = { MFA_LOGIN_SHELL: 'bash' }
    const { code, stdout, stderr } = await box.run([...words, '--token-code', box.code()], { env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: `export AWS_PROFILE=${quoted}\n` })
    expect(count(stderr, WARNING)).toBe(1)
    expect(box.read('config')).toContain(`\n${section}\nregion = eu-west-1\n`)
    expect(box.read('credentials')).toContain(`\n[${name}-mfa]\naws_access_key_id = ASIA`)
    for (const command of [['credential-process'], ['status'], ['exec', '--min-ttl', '1h']]) {
      const run = command[0] === 'exec' ? ['--', process.execPath, '--version'] : []
      expect(await box.run([...command, ...words, ...run])).toMatchObject({ code: 0, stderr: '' })
    }
    expect((await box.run(['logout', ...words])).code).toBe(0)
    expect(box.read('credentials')).not.toContain('ASIA')
  })

  it('can be set up and undone', async () => {
    const box = await boxWith(name, header)
    const setup = await box.run(['setup', ...words, '--yes'])
    expect(setup.code, setup.stderr).toBe(0)
    expect(count(setup.stderr, WARNING)).toBe(1)
    const argument = name.includes(' ') ? `"${name}"` : name
    expect(box.read('config')).toMatch(new RegExp(`credential-process --profile ${argument}$`, 'm'))
    expect((await box.run(['setup', '--undo', ...words, '--yes'])).code).toBe(0)
    expect(box.read('config')).not.toContain('credential_process')
    expect(box.read('credentials')).toContain(
      `[${name}]\naws_access_key_id = ${box.key.accessKeyId}\n`,
    )
    expect(box.read('credentials')).not.toContain('long-term')
  })

  test.skipIf(!has('python3', '-c', 'import botocore'))(
    'gives its session to boto3, written to the files and through credential_process (skipped without it)',
    async () => {
      const box = await boxWith(name, header)
      await box.run([...words, '--token-code', box.code()])
      const keyOf = (profile: string): string =>
        execFileSync(
          'python3',
          [
            '-c',
            'import botocore.session, sys; print(botocore.session.Session(profile=sys.argv[1]).get_credentials().get_frozen_credentials().access_key)',
            profile,
          ],
          { env: { ...box.env, PYTHONUTF8: '1' }, encoding: 'utf8' },
        ).trim()
      const written = keyOf(`${name}-mfa`)
      expect(written).toMatch(/^ASIA/)
      await box.run(['setup', ...words, '--yes'])
      expect(keyOf(name)).toBe(written)
    },
  )
})

it('a hint names a profile with blanks as a shell takes it', async () => {
  const box = await boxWith('Foo Bar', 'profile "Foo Bar"')
  box.freshStep()
  await box.run(['--profile', 'Foo Bar', '--token-code', box.code()])
  const again = ['--force', '--token-code', box.code()]
  for (const [words, env] of [
    [['--profile', 'Foo Bar'], {}],
    [['--profile=Foo Bar'], {}],
    [[], { AWS_PROFILE: 'Foo Bar' }],
  ] as const) {
    const { stderr } = await box.run([...words, ...again], { env })
    expect(stderr).toMatch(/with the next code: mfa-login --profile 'Foo Bar'$/m)
  }
})

it('a report quotes a profile with blanks in its commands', async () => {
  const box = await boxWith('Foo Bar', 'profile "Foo Bar"')
  await box.run(['setup', '--profile', 'Foo Bar', '--yes'])
  box.write('credentials', '')
  const { stdout } = await box.run(['doctor', 'Foo Bar'])
  expect(stdout).toContain("Fix: aws configure --profile 'Foo Bar-long-term'\n")
})

it('other names get no warning', async () => {
  const box = await sandbox()
  const { stderr } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(stderr).not.toContain(WARNING)
})
