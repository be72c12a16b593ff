import { IAMClient } from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient, type Credentials } from '@aws-sdk/client-sts'
import { Hash } from '@smithy/core/serde'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterEach } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  startLocalAws,
  type Account,
  type Device,
  type LocalAws,
  type User,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** The middle of a time step, so that no test crosses into the next step. */
export const NOW = Math.floor(Date.now() / 30_000) * 30_000 + 15_000

const running: LocalAws[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.close()))
})

/** A local AWS whose clock is stopped at `NOW`. It is closed after the test. */
export async function start(account?: Account): Promise<LocalAws> {
  const aws = await startLocalAws({ now: () => NOW, ...(account && { account }) })
  running.push(aws)
  return aws
}

export function firstUser({ account }: LocalAws): User {
  return account.users[0]!
}

export function firstDevice(aws: LocalAws): Device {
  return firstUser(aws).devices[0]!
}

export function keysOf(user: User): Keys {
  const { accessKeyId, secretAccessKey } = user.keys[0]!
  return { accessKeyId, secretAccessKey }
}

export function keysIn(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials!.AccessKeyId!,
    secretAccessKey: credentials!.SecretAccessKey!,
    sessionToken: credentials!.SessionToken!,
  }
}

/** Settings of an SDK client. It signs at `NOW`, the time of the local AWS, however long a test takes. */
export function settings(aws: LocalAws, keys: Keys, more: object = {}) {
  const systemClockOffset = NOW - Date.now()
  const fixed = { endpoint: aws.url, region: 'eu-west-1', maxAttempts: 1, systemClockOffset }
  return { ...fixed, credentials: keys, ...more }
}

export function stsOf(aws: LocalAws, keys = keysOf(firstUser(aws)), more?: object): STSClient {
  return new STSClient(settings(aws, keys, more))
}

export function iamOf(aws: LocalAws, keys = keysOf(firstUser(aws)), more?: object): IAMClient {
  return new IAMClient(settings(aws, keys, more))
}

/** A local AWS whose first user, `admin`, may do everything without MFA. */
export async function startAdministered(others: User[] = [], parts: Partial<Account> = {}) {
  const admin = createUser('admin', {
    policies: [{ name: 'everything', document: allowAllPolicy() }],
  })
  const account = createAccount({ ...parts, users: [admin, ...others] })
  const aws = await start(account)
  return { aws, account, iam: iamOf(aws) }
}

/** How the SDK represents an error response. */
export function refusal(name: string, httpStatusCode: number, message: string) {
  return { name, message, $metadata: { httpStatusCode } }
}

/** A session of the first user; with MFA by default. */
export async function sessionOf(
  aws: LocalAws,
  { mfa = true, ahead = 0 }: { mfa?: boolean; ahead?: number } = {},
): Promise<Keys> {
  const device = firstDevice(aws)
  const factors = { SerialNumber: device.serialNumber, TokenCode: codeAt(device, NOW + ahead) }
  const answer = await stsOf(aws).send(new GetSessionTokenCommand(mfa ? factors : {}))
  return keysIn(answer.Credentials)
}

export interface RawCall {
  service: string
  keys: Keys
  method?: string
  path?: string
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: string
  /** Default: `NOW`. */
  signingDate?: Date
  /** Replaces parts of the request after it was signed. */
  forged?: { body?: string; headers?: Record<string, string> }
}

/** Signs and sends a request that the SDK's clients cannot send. */
export async function sendSigned(aws: LocalAws, call: RawCall): Promise<Response> {
  const { host } = new URL(aws.url)
  const signer = new SignatureV4({
    service: call.service,
    region: 'eu-west-1',
    credentials: call.keys,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: call.service !== 's3',
    applyChecksum: call.service === 's3',
  })
  const { method = 'GET', path = '/', query = {}, headers = {}, body } = call
  const request = new HttpRequest({ method, path, query, headers: { host, ...headers }, body })
  const signed = await signer.sign(request, { signingDate: call.signingDate ?? new Date(NOW) })
  const url = new URL(path, aws.url)
  for (const [name, values] of Object.entries(query)) {
    for (const each of [values].flat()) url.searchParams.append(name, each)
  }
  return fetch(url, {
    method,
    headers: { ...signed.headers, ...call.forged?.headers },
    body: call.forged?.body ?? body ?? null,
  })
}

export function listBuckets(aws: LocalAws, keys: Keys): Promise<Response> {
  return sendSigned(aws, { service: 's3', keys, query: { 'x-id': 'ListBuckets' } })
}
