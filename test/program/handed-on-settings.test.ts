/** Which settings win, and what exec, exec --server and env hand on to programs that do not see the profile. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

type Values = Record<string, string | undefined>

const PRINT = 'console.log(JSON.stringify(process.env))'
const WORK = ['--profile', 'work']

async function loggedIn(config = '[profile work]\nregion = eu-west-1\n'): Promise<Sandbox> {
  const box = await sandbox()
  const serial = `mfa_serial = ${box.device.serialNumber}\n`
  box.write('config', `[profile work]\n${serial}`)
  const { code, stderr } = await box.run([...WORK, '--token-code', box.code()])
  expect(code, stderr).toBe(0)
  box.write('config', config.replace('[profile work]\n', `$&${serial}`))
  return box
}

/** What a program sees that is started by `exec`, by `exec --server`, or after `env`. */
const WAYS = ['exec', 'exec --server', 'env'] as const

async function seenBy(
  box: Sandbox,
  way: (typeof WAYS)[number],
  { env = {}, words = [] }: { env?: Record<string, string>; words?: string[] } = {},
): Promise<Values> {
  const [name = '', ...more] = way.split(' ')
  const own = [name, ...WORK, ...words, ...more]
  const command = name === 'exec' ? ['--', process.execPath, '-e', PRINT] : ['--shell', 'json']
  const { code, stdout, stderr } = await box.run([...own, ...command], { env })
  expect(code, stderr).toBe(0)
  // What env does not print stays as the caller has it.
  return name === 'exec'
    ? (JSON.parse(stdout) as Values)
    : { ...env, ...(JSON.parse(stdout) as Values) }
}

describe.each(WAYS)('the region in %s', (way) => {
  it.each<[string, Record<string, string>, string[], [string, string]]>([
    ['is that of the profile', {}, [], ['eu-west-1', 'eu-west-1']],
    ['is AWS_REGION before it', { AWS_REGION: 'us-west-2' }, [], ['us-west-2', 'us-west-2']],
    [
      'is AWS_DEFAULT_REGION before it',
      { AWS_DEFAULT_REGION: 'us-east-2' },
      [],
      ['us-east-2', 'us-east-2'],
    ],
    [
      'stays where the caller has set both variables',
      { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-2' },
      [],
      ['us-west-2', 'us-east-2'],
    ],
    [
      'is --region before all',
      { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-2' },
      ['--region', 'ap-south-1'],
      ['ap-south-1', 'ap-south-1'],
    ],
  ])('%s', async (_, env, words, [region, second]) => {
    const seen = await seenBy(await loggedIn(), way, { env, words })
    expect(seen).toMatchObject({ AWS_REGION: region, AWS_DEFAULT_REGION: second })
  })
})

it('--region is the region of calls before AWS_REGION, and is checked', async () => {
  const box = await loggedIn()
  const login = [...WORK, '--force', '--token-code', box.code(1)]
  const env = { AWS_REGION: 'us-west-2' }
  expect((await box.run([...login, '--region', 'ap-south-1'], { env })).code).toBe(0)
  expect(box.key.lastUsed?.region).toBe('ap-south-1')
  const { code, stderr } = await box.run([...login, '--region', 'a b'], { env })
  expect(code).toBe(2)
  expect(stderr).toContain('There is no AWS region "a b". Try: check --region')
})

const CONFIG = `[profile work]
region = eu-west-1
ca_bundle = /etc/ssl/work.pem
endpoint_url = https://aws.example.com
use_fips_endpoint = true
use_dualstack_endpoint = true
services = local

[services local]
s3 =
  endpoint_url = http://localhost:4566
elastic_beanstalk =
  endpoint_url = http://localhost:4567
`
const HANDED_ON = {
  AWS_CA_BUNDLE: '/etc/ssl/work.pem',
  AWS_ENDPOINT_URL: 'https://aws.example.com',
  AWS_ENDPOINT_URL_S3: 'http://localhost:4566',
  AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: 'http://localhost:4567',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
}
const withoutEndpoint = async (): Promise<Sandbox> => {
  const box = await loggedIn(CONFIG)
  delete box.env.AWS_ENDPOINT_URL
  return box
}

describe.each(WAYS)('%s', (way) => {
  it('hands on endpoints, certificates, FIPS and dual stack', async () => {
    const seen = await seenBy(await withoutEndpoint(), way)
    expect(seen).toMatchObject(HANDED_ON)
    expect(seen).not.toHaveProperty('AWS_PROFILE')
  })

  it('leaves what the caller has set', async () => {
    const env = {
      AWS_CA_BUNDLE: '/own.pem',
      AWS_ENDPOINT_URL_S3: 'http://own:1',
      AWS_USE_FIPS_ENDPOINT: 'false',
    }
    const seen = await seenBy(await withoutEndpoint(), way, { env })
    expect(seen).toMatchObject({ ...HANDED_ON, ...env })
  })

  it('hides no AWS_ENDPOINT_URL of the caller behind an endpoint of a service', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://own:1' }
    const seen = await seenBy(await withoutEndpoint(), way, { env })
    expect(seen).toMatchObject(env)
    expect(seen).not.toHaveProperty('AWS_ENDPOINT_URL_S3')
  })

  it('hands on that endpoints are to be ignored', async () => {
    const box = await withoutEndpoint()
    box.write(
      'config',
      box.read('config').replace('services =', 'ignore_configured_endpoint_urls = true\n$&'),
    )
    const seen = await seenBy(box, way)
    expect(seen).toMatchObject({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })
    expect(Object.keys(seen).filter((name) => name.startsWith('AWS_ENDPOINT'))).toEqual([])
  })
})

describe('env leaves out a setting that the format cannot carry, and says so', () => {
  it.each([
    ['dotenv', '/my certificates/ca.pem', 'AWS_ACCESS_KEY_ID=ASIA', undefined],
    ['dotenv', 'C:\\certificates\\ca.pem', 'AWS_ACCESS_KEY_ID=ASIA', undefined],
    ['cmd', '/100%/ca.pem', 'set "AWS_ACCESS_KEY_ID=ASIA', undefined],
    ['cmd', 'C:\\my certificates\\ca.pem', 'set "AWS_ACCESS_KEY_ID=ASIA', 'set "AWS_CA_BUNDLE='],
  ])('%s, %s', async (format, path, key, line) => {
    const box = await loggedIn(`[profile work]\nregion = eu-west-1\nca_bundle = ${path}\n`)
    const { code, stdout, stderr } = await box.run(['env', ...WORK, '--shell', format])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(key)
    expect(stdout).toContain('AWS_REGION=eu-west-1')
    if (line === undefined) {
      expect(stdout).not.toContain('AWS_CA_BUNDLE=')
      expect(stderr).toContain(`AWS_CA_BUNDLE is left out: readers of ${format} understand`)
    } else {
      expect(stdout).toContain(`${line}${path}"\n`)
      expect(stderr).not.toContain('left out')
    }
  })
})

describe.skipIf(notOnWindows('POSIX shell'))('env in a shell', () => {
  const program = `${process.execPath} ${PROGRAM}`

  async function printed(box: Sandbox, script: string): Promise<string[]> {
    const env = { ...box.env, SHELL: '/bin/bash' }
    return Promise.resolve(
      execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).trim().split('\n'),
    )
  }
  const show = 'echo "$AWS_REGION $AWS_CA_BUNDLE"'
  const use = (profile: string) => `eval "$(${program} env -p ${profile} --shell bash)"; ${show}`
  const unset = `eval "$(${program} env --unset --shell bash)"; ${show}`

  async function withTwoProfiles(): Promise<Sandbox> {
    const box = await loggedIn('[profile work]\nregion = eu-west-1\nca_bundle = /work.pem\n')
    const other = `[profile other]\nregion = ap-south-1\nmfa_serial = ${box.device.serialNumber}\n`
    box.write('config', `${box.read('config')}\n${other}`)
    box.write('credentials', `${box.read('credentials')}\n${box.keysSection('other')}`)
    return box
  }

  it('takes the settings of another profile after those of the first, and --unset removes them', async () => {
    const box = await withTwoProfiles()
    const count = 'env | grep -c MFA_LOGIN || true'
    const lines = await printed(box, `${use('work')}; ${use('other')}; ${unset}; ${count}`)
    expect(lines.slice(0, 2)).toEqual(['eu-west-1 /work.pem', 'ap-south-1 '])
    expect(lines.at(-1)).toBe('0')
  })

  it('leaves what a person has set, before it and after it', async () => {
    const box = await withTwoProfiles()
    const own = 'export AWS_CA_BUNDLE=/own.pem'
    const later = 'export AWS_REGION=us-west-2'
    const lines = await printed(box, `${own}; ${use('work')}; ${later}; ${use('other')}; ${unset}`)
    expect(lines).toEqual(['eu-west-1 /own.pem', 'us-west-2 /own.pem', 'us-west-2 /own.pem'])
  })

  it('exec there hands on the settings of its own profile only', async () => {
    const box = await withTwoProfiles()
    const exec = `${program} exec -p other -- sh -c '${show}'`
    const lines = await printed(box, `${use('work')}; ${exec}`)
    expect(lines).toEqual(['eu-west-1 /work.pem', 'ap-south-1'])
  })
})
