/** `mfa-login local-aws`, with real clients. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import type { AwsKeys } from '../../src/aws/api.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { envOf, PRINT } from '../support/session.ts'

const NODE = process.execPath
/** Settings of a person, each of which would keep a tool from the local AWS. */
const OWN_SETTINGS = {
  AWS_PROFILE: 'work',
  AWS_SESSION_TOKEN: 'old',
  AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_CA_BUNDLE: '/nowhere.pem',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere',
  HTTP_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
}

interface Description {
  readonly endpoint: string
  readonly codes: string
  readonly env: Record<string, string>
  readonly users: readonly { readonly name: string; readonly keys: readonly AwsKeys[] }[]
}

/** Starts it with `--json`, and reads its line. */
async function started(box: Sandbox, ...options: string[]) {
  const child = box.start(['local-aws', '--json', ...options])
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = outcomeOf(child)
  const [first] = (await once(child.stdout, 'data')) as [string]
  return { child, ended, description: JSON.parse(first) as Description }
}

/** A box without AWS settings but those that are given. */
async function bareBox(): Promise<Sandbox> {
  const box = await sandbox()
  delete box.env.AWS_ENDPOINT_URL
  return box
}

describe('local-aws -- COMMAND', () => {
  it('runs the command as alice, without AWS settings of the person', async () => {
    const box = await bareBox()
    const { code, stdout, stderr } = await box.run(['local-aws', '--', NODE, '-e', PRINT], {
      env: { ...OWN_SETTINGS, KEPT: 'yes', NO_PROXY: 'corp.example', MFA_LOGIN_EXEC: 'work' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const env = envOf(stdout)
    const names = Object.keys(env).filter((name) => /^(AWS|MFA_LOGIN)_/.test(name))
    expect(names.sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SHARED_CREDENTIALS_FILE',
      'MFA_LOGIN_CACHE_DIR',
    ])
    expect(existsSync(dirname(env.AWS_CONFIG_FILE!))).toBe(false)
    expect(env.AWS_ENDPOINT_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(env).toMatchObject({ KEPT: 'yes', NO_PROXY: 'corp.example,127.0.0.1' })
    await expect(fetch(env.AWS_ENDPOINT_URL!)).rejects.toThrow()
  })

  it.skipIf(notOnWindows('POSIX shell'))('keeps a login for the command alone', async () => {
    const box = await bareBox()
    const login = `"${NODE}" "${PROGRAM}" --token-code $("${NODE}" "${PROGRAM}" demo code)`
    const script = `${login} && "${NODE}" "${PROGRAM}" status`
    const { code, stdout, stderr } = await box.run(['local-aws', '--', 'sh', '-c', script])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('New session in profile default-mfa')
    expect(stdout).toContain('default-mfa')
    expect(existsSync(box.path('mfa-login'))).toBe(false)
  })

  it.skipIf(notOnWindows('POSIX shell') || !has('aws', '--version'))(
    'serves the AWS CLI: MFA is mandatory',
    async () => {
      const box = await bareBox()
      const script = `
      aws sts get-caller-identity --query Arn --output text
      aws s3 ls 2>&1
      aws sts get-session-token --serial-number arn:aws:iam::123456789012:mfa/alice \\
        --token-code 000000 2>&1
      code=$(${NODE} "${PROGRAM}" demo code)
      session=$(aws sts get-session-token --serial-number arn:aws:iam::123456789012:mfa/alice \\
        --token-code $code --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
      set -- $session
      export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3
      aws s3 ls; exit 7`
      const { code, stdout } = await box.run(['local-aws', '--', 'sh', '-c', script], {
        env: OWN_SETTINGS,
      })
      const lines = stdout.split('\n').filter(Boolean)
      expect(lines[0]).toBe('arn:aws:iam::123456789012:user/alice')
      expect(lines[1]).toMatch(/\(AccessDenied\).* ListBuckets .*explicit deny/)
      expect(lines[2]).toMatch(/\(AccessDenied\).* invalid MFA one time pass code/)
      expect(lines.slice(3).map((line) => line.split(' ').at(-1))).toEqual([
        'alice-notes',
        'build-artifacts',
        'team-reports',
      ])
      expect(code).toBe(7)
    },
  )

  it.skipIf(!has('python3', '-c', 'import boto3'))(
    'refuses every call that it does not have with an error, as boto3 sees it',
    async () => {
      const box = await bareBox()
      const script = fileURLToPath(new URL('../clients/refused.py', import.meta.url))
      const { code, stdout, stderr } = await box.run(['local-aws', '--', 'python3', script])
      expect(code, stderr).toBe(0)
      expect(stdout.trim().split('\n')).toEqual([
        'iam create_role InvalidAction',
        'sts get_federation_token InvalidAction',
        's3 create_bucket NotImplemented',
        's3 get_object NotImplemented',
        's3 put_object NotImplemented',
        's3 delete_object NotImplemented',
        'ec2 run_instances InvalidAction',
        'sns create_topic InvalidAction',
        'elbv2 describe_load_balancers InvalidAction',
        'dynamodb list_tables UnknownOperationException',
        'lambda list_functions UnknownOperationException',
        'sqs list_queues UnknownOperationException',
        'cloudwatch list_metrics UnknownOperationException',
        'route53 list_hosted_zones UnknownOperationException',
      ])
    },
  )

  it('reports a command that cannot be started as exec does, and stops', async () => {
    const box = await bareBox()
    const { code, stderr } = await box.run(['local-aws', '--', 'no-such-program'])
    expect(stderr).toBe('mfa-login: There is no command "no-such-program". Try: check PATH\n')
    expect(code).toBe(127)
  })

  it.skipIf(notOnWindows('signals'))(
    'passes a signal on, and hands on how the command ended',
    async () => {
      const box = await bareBox()
      const script = `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 99); console.log('up')`
      const child = box.start(['local-aws', '--', NODE, '-e', script])
      const ended = outcomeOf(child)
      await once(child.stdout, 'data')
      child.kill('SIGTERM')
      expect((await ended).code).toBe(9)
    },
  )
})

describe('local-aws', () => {
  it.skipIf(notOnWindows('POSIX shell'))(
    'says on stderr how to use it, in lines to copy',
    async () => {
      const box = await bareBox()
      const child = box.start(['local-aws'], { env: { AWS_PROFILE: 'work' } })
      const ended = outcomeOf(child)
      let seen = ''
      child.stderr.on('data', (text: string) => (seen += text))
      while (!seen.includes('all users: mfa-login local-aws --json'))
        await once(child.stderr, 'data')
      expect(seen).toContain(
        'AWS_ENDPOINT_URL is the same, this prints a code for MFA: mfa-login demo code\n',
      )
      const lines = seen.split('\n').filter((line) => /^(export|unset) /.test(line))
      expect(lines[0]).toBe('unset AWS_PROFILE')
      if (has('aws', '--version')) {
        const ask = `${lines.join('\n')}\naws sts get-caller-identity --query Arn --output text`
        const env = { ...box.env, AWS_PROFILE: 'work' }
        const answer = execFileSync('bash', ['-c', ask], { env, encoding: 'utf8' })
        expect(answer).toBe('arn:aws:iam::123456789012:user/alice\n')
      }
      child.kill('SIGTERM')
      expect((await ended).stdout).toBe('')
    },
  )

  it('prints one line of JSON, which a test can read', async () => {
    const box = await bareBox()
    const { child, ended, description } = await started(box)
    const { endpoint, codes, env, users } = description
    expect(users.map(({ name }) => name)).toEqual(['alice', 'admin'])
    expect(users[0]!.keys[0]).toMatchObject({ accessKeyId: env.AWS_ACCESS_KEY_ID })
    expect(env.AWS_ENDPOINT_URL).toBe(endpoint)
    const given = await Promise.all([fetch(codes), fetch(`${codes}?user=alice`)])
    const texts = await Promise.all(given.map(async (each) => each.text()))
    expect(texts[0]).toMatch(/"serialNumber":"arn:.*:mfa\/alice","code":"\d{6}"/)
    expect(texts[1]).not.toBe(texts[0])
    expect((await fetch(`${codes}?user=bob`)).status).toBe(404)
    child.kill('SIGTERM')
    const { stdout, stderr } = await ended
    expect(stderr).toBe('')
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  it('has the policy of `policy apply`, which `policy remove` takes back', async () => {
    const box = await bareBox()
    const { description } = await started(box)
    const { accessKeyId, secretAccessKey } = description.users[1]!.keys[0]!
    const env = {
      ...description.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    const remove = ['policy', 'remove', '--group', 'developers', '--json', '--dry-run']
    const { stdout } = await box.run(remove, { env })
    const { steps } = JSON.parse(stdout) as { steps: { kind: string }[] }
    expect(steps.map(({ kind }) => kind)).toEqual(['detach-policy', 'delete-policy'])
  })

  it.skipIf(notOnWindows('signals'))('ends with Ctrl-C, and leaves its port free', async () => {
    const box = await bareBox()
    const run = box.terminal(`trap : INT; ${NODE} ${PROGRAM} local-aws; echo "exit $?"`)
    await run.waitFor('demo code')
    const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(run.screen) ?? []
    run.type('\u0003')
    await run.waitFor('exit 130')
    await started(box, '--port', port)
  })

  it('listens on the loopback interface only', async () => {
    const box = await bareBox()
    const { description } = await started(box)
    const { port } = new URL(description.endpoint)
    const server = createServer().listen(Number(port), '127.0.0.2')
    // Where the port of all addresses were taken, this one would be too.
    await once(server, 'listening')
    server.close()
  })

  it('says in one line that its port is in use', async () => {
    const box = await bareBox()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const port = String((other.address() as AddressInfo).port)
    const { code, stdout, stderr } = await box.run(['local-aws', '--port', port, '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      `mfa-login: Port ${port} of 127.0.0.1 is not free: another program uses it. ` +
        'Try: mfa-login local-aws --port 0 --json\n',
    )
    await started(box, '--port', '0')
  })

  it('has the account of a file', async () => {
    const box = await bareBox()
    box.write('team.yaml', 'users:\n  - name: dana\n    devices: [{ name: phone }]\n')
    const { description } = await started(box, '--account', box.path('team.yaml'))
    expect(description.users).toMatchObject([
      { name: 'dana', devices: [{ serialNumber: 'arn:aws:iam::123456789012:mfa/phone' }] },
    ])
    expect(await (await fetch(description.codes)).text()).toContain('mfa/phone')
  })

  it('starts nothing with a file that has a mistake, and names its line', async () => {
    const box = await bareBox()
    box.write('team.yaml', 'users:\n  - name: dana\n    device: []\n')
    const file = box.path('team.yaml')
    const words = ['local-aws', '--account', file, '--', NODE, '-e', 'console.log("started")']
    const { code, stdout, stderr } = await box.run(words)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    const problem = `${file}:3: users[0] has no device; devices may be meant.`
    expect(stderr).toBe(`mfa-login: ${problem} Try: correct that line, and start it again\n`)
    const missing = await box.run(['local-aws', '--account', `${file}.no`])
    expect(missing).toMatchObject({ code: 3, stdout: '' })
    expect(missing.stderr).toContain('There is no file')
  })

  it('reports its requests with --debug, without secrets', async () => {
    const box = await bareBox()
    const { code, stderr } = await box.run(
      ['local-aws', '--debug', '--', NODE, PROGRAM, 'device', 'list'],
      {},
    )
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/mfa-login debug \d+ ms: iam ListMFADevices: OK\n/)
    expect(stderr).not.toMatch(/AKIA[A-Z2-7]{16}/)
  })

  test.each([
    [['--port', '65536'], 'There is no port "65536".'],
    [['--port', 'http'], 'There is no port "http".'],
    [['--'], 'There is no command.'],
    [['--json', '--', 'true'], 'stdout is that of the command'],
  ])('%j is misuse', async (words, message) => {
    const box = await bareBox()
    const { code, stdout, stderr } = await box.run(['local-aws', ...words])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
