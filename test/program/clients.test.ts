/** The clients our users have, reading what we write; those that are not installed are skipped. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { has } from '../support/programs.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const exec = promisify(execFile)
const ALICE = 'arn:aws:iam::123456789012:user/alice'

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
