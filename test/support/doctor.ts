/** Homes for `mfa-login doctor`, and the findings in them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import { createVirtualDevice } from '../../src/local-aws/index.ts'
import { sandbox, type Sandbox } from './sandbox.ts'

export const WORK = ['--profile', 'work']
export const ARN = 'arn:aws:iam::123456789012'
export const FIDO = createVirtualDevice(`${ARN}:u2f/user/alice/key`, { kind: 'fido' })
export const HOUR = 3_600_000

export type Env = Record<string, string>

interface ReportedFinding {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly remedy: string
}

/** A home with keys, a device and a session that AWS tools use, in which the doctor finds nothing. */
export async function healthy(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', box.keysSection('work-long-term'))
  box.freshStep()
  expect((await box.run([...WORK, '--token-code', box.code()])).code).toBe(0)
  return box
}

/** Every file of the home with its mode and content. */
function snapshot(box: Sandbox): string[] {
  return readdirSync(box.home, { recursive: true })
    .map((name) => `${box.home}/${String(name)}`)
    .map((path) => {
      const { mode, mtimeMs } = statSync(path)
      const isFile = statSync(path).isFile()
      return `${path} ${mode} ${isFile ? `${mtimeMs} ${readFileSync(path, 'latin1')}` : ''}`
    })
}

/** The findings by code. Checks that doctor changes no file, sends no code and prints no secret. */
export async function found(
  box: Sandbox,
  env: Env = {},
  args: readonly string[] = WORK,
): Promise<Record<string, ReportedFinding>> {
  const before = snapshot(box)
  const codesSent = box.calls().length
  // Hints are for this shell on any system.
  const options = { env: { MFA_LOGIN_SHELL: 'bash', ...env } }
  const [json, text] = [
    await box.run(['doctor', ...args, '--json'], options),
    await box.run(['doctor', ...args], options),
  ]
  expect(snapshot(box)).toEqual(before)
  expect(box.calls()).toHaveLength(codesSent)
  const output = json.stdout + json.stderr + text.stdout + text.stderr
  for (const secret of secretsOf(box, env)) expect(output).not.toContain(secret)
  const { findings } = JSON.parse(json.stdout) as { findings: ReportedFinding[] }
  const isBad = findings.length > 0
  expect([json.code, text.code], text.stdout + text.stderr).toEqual(isBad ? [1, 1] : [0, 0])
  const heads = findings.map((each) => `${each.severity} ${each.code}\n`)
  for (const head of heads) expect(text.stdout).toContain(head)
  return Object.fromEntries(findings.map((each) => [each.code, each]))
}

function secretsOf(box: Sandbox, env: Env): string[] {
  const files = ['credentials', 'config'].map((name) =>
    existsSync(box.path(name)) && statSync(box.path(name)).isFile() ? box.read(name) : '',
  )
  const written = files
    .join('\n')
    .matchAll(/(?:aws_secret_access_key|aws_session_token)\s*=\s*(\S+)/g)
  const inEnv = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].flatMap((name) => env[name] ?? [])
  const all = [...Array.from(written, ([, secret = '']) => secret), ...inEnv]
  return [...all.filter((secret) => secret.length > 8), box.key.secretAccessKey, 'hunter2']
}

export const codes = async (box: Sandbox, env?: Env, args?: readonly string[]): Promise<string[]> =>
  Object.keys(await found(box, env, args))

/** A session of GetSessionToken without MFA, made `offset` milliseconds from now. */
export async function sessionWithoutMfa(box: Sandbox, offset = 0): Promise<Env> {
  const { accessKeyId, secretAccessKey } = box.key
  box.aws.faults.clockOffsetMs = offset
  const sts = new STSClient({
    endpoint: box.aws.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
    systemClockOffset: offset,
  })
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
  box.aws.faults.clockOffsetMs = 0
  // The test made this call, not the doctor.
  return {
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  }
}

export function section(name: string, env: Env, expires = '2099-01-01T00:00:00Z'): string {
  return [
    `[${name}]`,
    `aws_access_key_id = ${env.AWS_ACCESS_KEY_ID ?? ''}`,
    `aws_secret_access_key = ${env.AWS_SECRET_ACCESS_KEY ?? ''}`,
    `aws_session_token = ${env.AWS_SESSION_TOKEN ?? ''}`,
    `x_security_token_expires = ${expires}\n`,
  ].join('\n')
}

export const keysOf = (box: Sandbox): Env => ({
  AWS_ACCESS_KEY_ID: box.key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: box.key.secretAccessKey,
})
