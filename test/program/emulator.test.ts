/** The same commands against moto, an independent emulator, if it is installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it, onTestFinished } from 'vitest'
import { codeAt, createVirtualDevice } from '../../src/local-aws/index.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import { has } from '../support/programs.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/bob'

interface MotoSandbox {
  readonly box: Sandbox
  readonly iam: IAMClient
}

/** A sandbox whose AWS is moto, with the user bob in the group developers. */
async function motoSandbox(): Promise<MotoSandbox> {
  const port = await freePort()
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  onTestFinished(() => void server.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  await waitUntilReachable(url)
  const box = await sandbox()
  box.env.AWS_ENDPOINT_URL = url
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const iam = new IAMClient({ endpoint: url, region: 'us-east-1', credentials })
  await iam.send(new CreateUserCommand({ UserName: 'bob' }))
  await iam.send(new CreateGroupCommand({ GroupName: 'developers' }))
  await iam.send(new AddUserToGroupCommand({ UserName: 'bob', GroupName: 'developers' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }))
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey!
  box.write(
    'credentials',
    `[work]\naws_access_key_id = ${AccessKeyId}\naws_secret_access_key = ${SecretAccessKey}\n`,
  )
  return { box, iam }
}

describe.skipIf(!has('moto_server', '--help'))('with moto, mfa-login', () => {
  it('gets a session', async () => {
    const { box } = await motoSandbox()
    const args = ['--profile', 'work', '--serial', SERIAL, '--token-code', '123456']
    const { code, stderr } = await box.run(args)
    expect(code, stderr).toBe(0)
    expect(box.read('credentials')).toContain('[work-mfa]')
  })

  it('applies the policy and reads it back', async () => {
    const { box, iam } = await motoSandbox()
    const apply = [
      'policy',
      'apply',
      '--profile',
      'work',
      '--group',
      'developers',
      '--yes',
      '--allow-lockout',
    ]
    expect(await box.run([...apply, '--style', 'classic'])).toMatchObject({ code: 0 })
    expect(await box.run(apply)).toMatchObject({ code: 0 })
    const { AttachedPolicies } = await iam.send(
      new ListAttachedGroupPoliciesCommand({ GroupName: 'developers' }),
    )
    const { PolicyArn } = AttachedPolicies![0]!
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: PolicyArn!, VersionId: 'v2' }),
    )
    expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toEqual(strictPolicy())
    const check = ['policy', 'check', '--live', '--profile', 'work']
    const group = await box.run([...check, '--group', 'developers'])
    expect(group.stdout).toContain('No findings.')
    expect(group.code).toBe(0)
    expect((await box.run([...check, '--user', 'bob'])).stderr).toContain('mfa_mandatory')
  })

  it('applies the policy with keys of no user, whose devices IAM does not tell', async () => {
    const { box } = await motoSandbox()
    const keys = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = test\n'
    box.write('credentials', `[admin]\n${keys}`)
    const apply = ['policy', 'apply', '--profile', 'admin', '--group', 'developers', '--yes']
    const { code, stderr } = await box.run(apply)
    expect(stderr).toContain(
      'IAM does not tell the MFA devices of your user (NoSuchEntity); using the bare key.',
    )
    expect(stderr).toContain('Done: attach mfa_mandatory to the group developers (bob).')
    expect(code).toBe(0)
  })

  it('enrolls, lists and removes a device', async () => {
    const { box, iam } = await motoSandbox()
    box.freshStep(12_000)
    const run = box.terminal(
      [process.execPath, PROGRAM, 'device', 'enroll', '--profile', 'work'].join(' '),
    )
    await run.waitFor('The code it shows')
    const secret = /type the seed:\s+([A-Z2-7 ]+)/.exec(run.screen)?.[1]?.replaceAll(' ', '')
    const device = createVirtualDevice(SERIAL, { seed: secret! })
    const code = (step: number): string => codeAt(device, box.now() + step * 30_000)
    await run.answer('The code it shows', `${code(-1)}\r`)
    await run.answer('The next code', `${code(0)}\r`)
    await run.answer('Log in now?', 'n')
    expect(await run.exit).toBe(0)
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'bob' }))
    expect(MFADevices!.map(({ SerialNumber }) => SerialNumber)).toEqual([SERIAL])
    const listed = await box.run(['device', 'list', '--profile', 'work'])
    expect(listed.stdout).toBe(`${SERIAL}\n`)
    expect((await box.run(['--profile', 'work', '--token-code', code(1)])).code).toBe(0)
    const healthy = await box.run(['doctor', '--profile', 'work'])
    // There is a session, and AWS tools do not use it yet.
    expect(healthy.stdout).toMatch(/^error session-not-used\n(?!.*^error)/ms)
    const remove = ['device', 'remove', '--profile', 'work', '--serial', SERIAL, '--yes']
    expect(await box.run(remove)).toMatchObject({ code: 0, stderr: `Removed: ${SERIAL}\n` })
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function waitUntilReachable(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answers) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${url} does not answer`)
}
