/** The clients our users have, reading what we write; those that are not installed are skipped. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const exec = promisify(execFile)
const ALICE = 'arn:aws:iam::123456789012:user/alice'

function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function loggedIn(mode: 'profile' | 'credential-process'): Promise<Sandbox> {
  const box = await sandbox()
  if (mode === 'credential-process') await box.run(['setup', '--profile', 'work', '--yes'])
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code, stderr).toBe(0)
  return box
}

const WAYS = [
  ['profile', 'work-mfa'],
  ['credential-process', 'work'],
] as const

describe.skipIf(!has('aws', '--version'))('AWS CLI', () => {
  it.each(WAYS)('through %s', async (mode, profile) => {
    const box = await loggedIn(mode)
    const aws = async (as: string, ...args: string[]): Promise<string> => {
      // Debian's AWS CLI is older than AWS_ENDPOINT_URL.
      const all = ['--endpoint-url', box.aws.url, '--profile', as, ...args]
      return (await exec('aws', all, { env: box.env })).stdout
    }
    const identity = await aws(profile, 'sts', 'get-caller-identity', '--output', 'json')
    expect(JSON.parse(identity)).toMatchObject({ Arn: ALICE })
    expect(await aws(profile, 's3', 'ls')).toContain('alice-notes')
    const bare = mode === 'profile' ? 'work' : 'work-long-term'
    await expect(aws(bare, 's3', 'ls')).rejects.toThrow('AccessDenied')
  })
})

describe('AWS SDK for JavaScript', () => {
  const script = `
    import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
    const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}))
    console.log(Arn)`

  it.each(WAYS)('default chain through %s', async (mode, profile) => {
    const box = await loggedIn(mode)
    const env = { ...box.env, AWS_PROFILE: profile }
    const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { env })
    expect(stdout.trim()).toBe(ALICE)
  })
})

describe.skipIf(!has('python3', '-c', 'import boto3'))('boto3', () => {
  it.each(WAYS)('through %s', async (mode, profile) => {
    const box = await loggedIn(mode)
    const script = `import boto3; print(boto3.Session(profile_name='${profile}').client('sts').get_caller_identity()['Arn'])`
    const { stdout } = await exec('python3', ['-c', script], { env: box.env })
    expect(stdout.trim()).toBe(ALICE)
  })
})

describe.skipIf(!has('moto_server', '--help'))('another emulator (moto)', () => {
  it('gives a session', async () => {
    const port = await freePort()
    const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
    })
    onTestFinished(() => void server.kill('SIGKILL'))
    const url = `http://127.0.0.1:${port}`
    await reachable(url)
    const box = await sandbox()
    const serial = 'arn:aws:iam::123456789012:mfa/alice'
    const args = ['--profile', 'work', '--serial', serial, '--token-code', '123456']
    const { code, stderr } = await box.run(args, { env: { AWS_ENDPOINT_URL: url } })
    expect(code, stderr).toBe(0)
    expect(box.read('credentials')).toContain('[work-mfa]')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function reachable(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${url} does not answer`)
}
