/** Settings that cannot be meant are reported with their place, before a code is asked for or anything is sent. */
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { describe, expect, it, test } from 'vitest'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { listening } from '../support/tls-front.ts'

interface Case {
  /** A line of the profile `work`, which becomes line 3 of the config. */
  readonly line?: string
  readonly env?: Record<string, string>
  readonly message: string
  /** Default: line 3 of the config. */
  readonly place?: (box: Sandbox) => string
}

const inConfig = (key: string) => (box: Sandbox) => `${key} in ${box.path('config')}:3`

const CASES: Record<string, Case> = {
  'a quoted region': {
    line: 'region = "us-east-1"',
    message: 'There is no AWS region "\\"us-east-1\\"".',
    place: inConfig('region'),
  },
  'a quoted region in a variable': {
    env: { AWS_REGION: "'us-east-1'" },
    message: 'There is no AWS region',
    place: () => 'check AWS_REGION, and remove the quotation marks',
  },
  'a region that is an address': {
    line: 'region = us-east-1.evil.example/',
    message: 'There is no AWS region',
    place: inConfig('region'),
  },
  'an endpoint without a scheme': {
    line: 'endpoint_url = localhost:4566',
    message: 'The endpoint "localhost:4566" is not',
    place: inConfig('endpoint_url'),
  },
  'an endpoint in a variable': {
    env: { AWS_ENDPOINT_URL_STS: 'http://h:99999' },
    message: 'The endpoint "http://h:99999" is not',
    place: () => 'check AWS_ENDPOINT_URL_STS',
  },
  'a bundle that does not exist': {
    line: 'ca_bundle = /no/such.pem',
    message: 'The certificate bundle /no/such.pem cannot be read.',
    place: inConfig('ca_bundle'),
  },
  'a bundle without a certificate': {
    env: { AWS_CA_BUNDLE: PROGRAM },
    message: `The certificate bundle ${PROGRAM} contains no certificate in PEM form.`,
    place: () => 'check AWS_CA_BUNDLE',
  },
  'a serial number that is none': {
    line: 'mfa_serial = foo',
    message: '"foo" is not a serial number of an MFA device.',
    place: inConfig('mfa_serial'),
  },
  'a user’s ARN for a serial number': {
    line: 'mfa_serial = arn:aws:iam::123456789012:user/alice',
    message: 'is not a serial number of an MFA device.',
    place: inConfig('mfa_serial'),
  },
  'a serial number in a variable': {
    env: { AWS_MFA_SERIAL: 'foo' },
    message: '"foo" is not a serial number',
    place: () => 'check AWS_MFA_SERIAL',
  },
  'a duration that is none': {
    line: 'duration_seconds = soon',
    message: '"soon" is not a duration such as 12h, 45m, 1h30m or 43200.',
    place: inConfig('duration_seconds'),
  },
  'a time limit that is none': {
    env: { MFA_LOGIN_PROMPT_TIMEOUT: 'soon' },
    message: 'MFA_LOGIN_PROMPT_TIMEOUT is "soon"',
    place: () => 'MFA_LOGIN_PROMPT_TIMEOUT',
  },
  'a prompt that is none': {
    env: { MFA_LOGIN_PROMPT: 'bell' },
    message: 'There is no prompt "bell".',
    place: () => 'MFA_LOGIN_PROMPT',
  },
}

/** `work` asks with a program that leaves a trace. */
function write(box: Sandbox, line = '', more = ''): void {
  const serial =
    line.startsWith('mfa_serial') || more !== '' ? '' : `mfa_serial = ${box.device.serialNumber}\n`
  const process = `mfa_process = touch ${box.home}/asked\n`
  box.write('config', `[profile work]\n${process}${line}\n${serial}${more}`)
}

interface Report {
  findings: { code: string; message: string; remedy: string }[]
}

describe('before a code is asked for, a login reports', () => {
  test.each(Object.entries(CASES))(
    '%s, as the doctor does',
    async (_, { line, env = {}, message, place }) => {
      const box = await sandbox()
      write(box, line, env.AWS_MFA_SERIAL === undefined ? '' : '# none\n')
      if (line?.startsWith('endpoint_url') === true) delete box.env.AWS_ENDPOINT_URL
      const { code, stdout, stderr } = await box.run(['-p', 'work'], { env })
      expect(stderr).toContain(message)
      expect(stderr).toContain(place!(box))
      expect(stderr.trim().split('\n')).toHaveLength(1)
      expect([2, 3]).toContain(code)
      expect(stdout).toBe('')
      expect(existsSync(`${box.home}/asked`)).toBe(false)
      expect(box.aws.requests).toEqual([])
      const doctor = await box.run(['doctor', '-p', 'work', '--json'], { env })
      const { findings } = JSON.parse(doctor.stdout) as Report
      const found = findings.find((each) =>
        /^(settings|endpoint)-unusable$|^file-unreadable$/.test(each.code),
      )
      expect(`mfa-login: ${found?.message ?? ''} Try: ${found?.remedy ?? ''}\n`).toBe(stderr)
    },
  )

  test.each([
    ['external_id', 'a b', 'an external ID'],
    ['role_session_name', 'é', 'the name of a role session'],
    ['role_arn', 'admin', 'the ARN of a role'],
    ['duration_seconds', 'soon', '"soon" is not a duration such as 12h'],
  ])('a malformed %s of a role', async (key, value, what) => {
    const box = await sandbox()
    const arn = key === 'role_arn' ? '' : 'role_arn = arn:aws:iam::123456789012:role/admin\n'
    const role = `[profile admin]\nsource_profile = work\n${key} = ${value}\n${arn}`
    write(box)
    box.write('config', `${role}${box.read('config')}`)
    for (const args of [
      ['-p', 'admin'],
      ['credential-process', '-p', 'admin'],
    ]) {
      const { code, stderr } = await box.run(args)
      expect(stderr).toContain(JSON.stringify(value))
      expect(stderr).toContain(what)
      expect(stderr).toContain(`check ${key} in ${box.path('config')}:3`)
      expect(code).toBe(2)
    }
    expect(existsSync(`${box.home}/asked`)).toBe(false)
    expect(box.aws.requests).toEqual([])
  })

  it('a quoted key of the credentials file, without showing the secret', async () => {
    const box = await sandbox()
    write(box)
    const { secretAccessKey } = box.key
    box.write('credentials', box.keysSection().replace(secretAccessKey, `"${secretAccessKey}"`))
    const { code, stderr } = await box.run(['-p', 'work'])
    expect(stderr).toContain(
      `check aws_secret_access_key in ${box.path('credentials')}:3, and remove the quotation marks`,
    )
    expect(stderr).not.toContain(secretAccessKey)
    expect(code).toBe(2)
    expect(box.aws.requests).toEqual([])
  })

  it('a bundle with a damaged certificate', async () => {
    const box = await sandbox()
    const bundle = `${box.home}/bundle.pem`
    writeFileSync(bundle, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    write(box)
    const { code, stderr } = await box.run(['-p', 'work'], { env: { AWS_CA_BUNDLE: bundle } })
    expect(stderr).toContain(`Certificate 1 of the bundle ${bundle} is damaged.`)
    expect(code).toBe(3)
  })
})

it('a password in an address that cannot be used is not shown', async () => {
  const box = await sandbox()
  for (const address of ['http://me:hunter2@h:99999', 'ftp://me:hun/ter2@h']) {
    for (const name of ['AWS_ENDPOINT_URL', 'HTTP_PROXY']) {
      for (const args of [
        ['-p', 'work', '--token-code', '123456', '--debug'],
        ['doctor', '-p', 'work'],
      ]) {
        const { stdout, stderr } = await box.run(args, { env: { [name]: address } })
        expect(`${stdout}${stderr}`).not.toMatch(/hunter2|ter2/)
      }
    }
  }
})

describe('a proxy’s password', () => {
  const given = async (box: Sandbox, userInfo: string): Promise<string> => {
    let authorization = ''
    const server = createServer((asked, answer) => {
      authorization = String(asked.headers['proxy-authorization'])
      const { method, headers, url = '' } = asked
      const passedOn = request(url, { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      })
      asked.pipe(passedOn)
    })
    const HTTP_PROXY = `http://${userInfo}@127.0.0.1:${await listening(server)}`
    const { code, stderr } = await box.run(['-p', 'work', '--token-code', box.code()], {
      env: { HTTP_PROXY },
    })
    expect(code, stderr).toBe(0)
    return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('latin1')
  }

  test.each([
    ['me:50%', 'me:50%'],
    ['me:%zz%4', 'me:%zz%4'],
    ['me:a%40b%25', 'me:a@b%'],
    ['me:%ff', 'me:\u00FF'],
    ['me', 'me:'],
  ])('%s is sent as curl sends it', async (userInfo, expected) => {
    const box = await sandbox()
    box.freshStep(10_000)
    expect(await given(box, userInfo)).toBe(expected)
  })
})

describe('an endpoint of http', () => {
  it('on another machine is warned of once, before the code is sent', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    write(box)
    const server = createServer((asked, answer) => {
      const { method, headers, url = '' } = asked
      const local = new URL(new URL(url).pathname, box.aws.url)
      const passedOn = request(local, { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      })
      asked.pipe(passedOn)
    })
    const env = {
      AWS_ENDPOINT_URL: 'http://me:hunter2@aws.example',
      HTTP_PROXY: `127.0.0.1:${await listening(server)}`,
    }
    const { code, stderr } = await box.run(['-p', 'work', '--token-code', box.code()], { env })
    expect(code, stderr).toBe(0)
    const warning =
      'Calls to http://aws.example (AWS_ENDPOINT_URL) are not encrypted: the network can read sessions.'
    expect(stderr.split('\n').filter((line) => line === warning)).toHaveLength(1)
    expect(stderr).not.toContain('hunter2')
    const again = await box.run(['exec', '-p', 'work', '--', process.execPath, '-e', ''], {
      env,
    })
    expect(again.stderr).toBe('')
  })

  it('on this machine is not warned of', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    const { port } = new URL(box.aws.url)
    const env = { AWS_ENDPOINT_URL: `http://localhost:${port}` }
    const { code, stderr } = await box.run(['-p', 'work', '--token-code', box.code()], { env })
    expect(code, stderr).toBe(0)
    expect(stderr).not.toContain('not encrypted')
  })
})
