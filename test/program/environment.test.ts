/** Variables that are empty, end in a carriage return, or hold a path to expand. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { userInfo } from 'node:os'
import { describe, expect, it, test } from 'vitest'
import { homes } from '../../src/platform/home.ts'
import { pathsOf } from '../../src/profile/paths.ts'
import { has } from '../support/programs.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const NAMES = [
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CA_BUNDLE'],
  ...['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_MFA_SERIAL', 'AWS_ACCESS_KEY_ID'],
  ...['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_STS', 'AWS_SDK_UA_APP_ID'],
  ...['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_USE_FIPS_ENDPOINT', 'HTTPS_PROXY', 'HTTP_PROXY'],
  ...['AWS_USE_DUALSTACK_ENDPOINT', 'MFA_LOGIN_CACHE_DIR', 'MFA_LOGIN_CACHE_ENCRYPTION'],
  ...['MFA_LOGIN_PROMPT', 'MFA_LOGIN_PROMPT_TIMEOUT', 'MFA_LOGIN_DEBUG', 'MFA_LOGIN_EXEC'],
]
const all = (value: string) => Object.fromEntries(NAMES.map((name) => [name, value]))

describe.each([
  ['empty', ''],
  ['blank', ' \t'],
  ['a carriage return', '\r'],
])('variables that are %s', (_, value) => {
  it('count as unset in every command', async () => {
    const box = await sandbox()
    box.freshStep(20_000)
    const env = all(value)
    const login = await box.run(['-p', 'work', '--token-code', box.code()], { env })
    expect(login.code, login.stderr).toBe(0)
    expect(login.stderr).not.toContain('AWS_ACCESS_KEY_ID')
    expect(box.read('credentials')).toContain('[work-mfa]')
    for (const args of [
      ['status', '-p', 'work'],
      ['exec', '-p', 'work', '--', process.execPath, '--version'],
      ['credential-process', '--profile', 'work'],
      ['doctor', '-p', 'work-mfa'],
    ]) {
      const outcome = await box.run(args, { env })
      expect(outcome.code, `${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`).toBe(0)
    }
    expect((await box.run(['prompt'], { env })).stdout).toBe('')
    expect(existsSync(box.path('mfa-login/cache'))).toBe(true)
  })
})

it('blanks and a carriage return around a value are left out', async () => {
  const box = await sandbox()
  box.freshStep()
  const settings = {
    AWS_PROFILE: ' work\r',
    AWS_REGION: 'eu-west-1\r',
    AWS_MFA_SERIAL: `${box.device.serialNumber}\r`,
    AWS_ENDPOINT_URL: `${box.aws.url}\r`,
    AWS_SHARED_CREDENTIALS_FILE: `${box.path('credentials')}\r`,
    MFA_LOGIN_PROMPT_TIMEOUT: ' 30 ',
  }
  const { code, stderr } = await box.run(['login', '--token-code', box.code()], { env: settings })
  expect(code, stderr).toBe(0)
  expect(box.calls()).toEqual(['OK'])
})

it('a command that exec starts inherits variables as they are', async () => {
  const box = await sandbox()
  box.freshStep()
  expect((await box.run(['-p', 'work', '--token-code', box.code()])).code).toBe(0)
  const print = 'process.stdout.write(JSON.stringify([process.env.AWS_PAGER, process.env.X]))'
  const command = ['exec', '-p', 'work', '--', process.execPath, '-e', print]
  const { stdout } = await box.run(command, { env: { AWS_PAGER: '', X: ' a\r' } })
  expect(JSON.parse(stdout)).toEqual(['', ' a\r'])
})

describe('the paths of the AWS files', () => {
  const EXPANSIONS: [string, (box: Sandbox) => string][] = [
    ['~/x', () => '~/files'],
    ['$HOME/x', () => '$HOME/files'],
    ['${HOME}/x', () => '${HOME}/files'],
    ['two variables', () => '$PLACE/${FOLDER}'],
    ['a variable with ~', () => '$TILDE/files'],
  ]
  const env = (box: Sandbox, folder: string) => ({
    AWS_CONFIG_FILE: `${folder}/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${folder}/credentials`,
    PLACE: box.home,
    FOLDER: 'files',
    TILDE: '~',
  })

  test.each(EXPANSIONS)('are expanded as in %s, in every way in', async (_, folderOf) => {
    const box = await sandbox()
    box.freshStep(20_000)
    mkdirSync(`${box.home}/files`)
    for (const name of ['config', 'credentials'])
      renameSync(box.path(name), `${box.home}/files/${name}`)
    const variables = env(box, folderOf(box))
    const login = await box.run(['-p', 'work', '--token-code', box.code()], { env: variables })
    expect(login.code, login.stderr).toBe(0)
    const written = readFileSync(`${box.home}/files/credentials`, 'utf8')
    expect(written).toContain('[work-mfa]')
    const cached = await box.run(['credential-process', '--profile', 'work'], { env: variables })
    expect(cached.code, cached.stderr).toBe(0)
    const where = await box.run(['prompt'], { env: { ...variables, AWS_PROFILE: 'work-mfa' } })
    expect(where.stdout).toMatch(/^work-mfa \d+ h/)
  })

  const PYTHON = `import os, sys
for path in sys.argv[1:]: print(os.path.expanduser(os.path.expandvars(path)))`
  const { username } = userInfo()

  it.skipIf(!has('python3', '-c', ''))('are those of the AWS CLI, which is Python', async () => {
    const box = await sandbox()
    const paths = [
      ...['~', '~/a', '~root/a', `~${username}/a`, '~no-such-user/a', 'a~/b', '/a/~', '~/$FOLDER'],
      ...['$NOPE/a', '${NOPE}/a', '$FOLDER$FOLDER', '${FOLDER}x/$FOLDERx', '$/a', '${}/a'],
      ...['$TILDE/a', '/a b/c'],
    ]
    const variables: Record<string, string> = { ...box.env, ...env(box, '') }
    const options = { env: variables, encoding: 'utf8' } as const
    const expected = execFileSync('python3', ['-c', PYTHON, ...paths], options)
    const expanded = paths.map((path) => {
      const read = { ...variables, AWS_CONFIG_FILE: path }
      return pathsOf({ ...homes(), env: read, home: box.home }).config
    })
    expect(expanded).toEqual(expected.trim().split('\n'))
  })

  it.skipIf(!has('python3', '-c', ''))('are those of the AWS CLI on Windows', () => {
    const home = String.raw`C:\Users\First Last`
    const variables = { ...process.env, USERPROFILE: home, FOLDER: String.raw`D:\a b` }
    const paths = [
      ...['~', String.raw`~\cfg`, '~/cfg', String.raw`a~\b`, String.raw`%FOLDER%\cfg`],
      ...[String.raw`%NOPE%\cfg`, '$FOLDER/cfg', '${FOLDER}x', String.raw`~\%FOLDER%`, 'C:/x/cfg'],
      String.raw`C:\Program Files (x86)\cfg`,
    ]
    const options = { env: variables, encoding: 'utf8' } as const
    const python = PYTHON.replaceAll('os.path', 'ntpath').replace('import os', 'import ntpath')
    const expected = execFileSync('python3', ['-c', python, ...paths], options)
    const expanded = paths.map((path) => {
      const read = { ...variables, AWS_CONFIG_FILE: path }
      return pathsOf({ ...homes(), env: read, home, platform: 'win32' }).config
    })
    // Windows takes both separators, and messages have one.
    expect(expanded).toEqual(expected.trim().replaceAll('/', '\\').split(/\r?\n/))
  })
})
