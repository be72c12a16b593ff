/** Calls with the keys of a profile. They change nothing, and none spends a token code. */
import { AwsError, RequestNotSent, type Aws, type AwsKeys, type UnknownRegion } from '../aws/api.ts'
import { classifyError, type ErrorClass } from '../aws/errors/classify.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { KINDS, profileKeys } from '../profile/ini/ini-file.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import { settingsOf } from '../profile/settings.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { environmentCredentials, type CredentialSource } from '../profile/resolve.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import { retry } from '../aws/retry.ts'
import { settingProblems } from '../session/acquire/check-settings.ts'
import { checkEndpoints, connectWithKeys } from '../session/acquire/connect.ts'

export interface Identity {
  readonly arn: string
  readonly account: string
}

export interface Refused extends Pick<AwsError, 'code' | 'message' | 'status'> {
  readonly unknownRegion?: UnknownRegion | undefined
}

export type CallResult<T> =
  | { readonly value: T; readonly refused?: undefined }
  | { readonly refused: Refused; readonly value?: undefined }

/** Undefined for a call that was not made because the one before it failed. */
export interface KeyCalls {
  /** STS GetCallerIdentity. */
  readonly identity: CallResult<Identity>
  /** IAM ListMFADevices. */
  readonly devices: CallResult<readonly string[]> | undefined
}

export interface SessionCalls extends Partial<KeyCalls> {
  /** The profile that holds the session; null for the environment. */
  readonly profile: string | null
  readonly expiration: string | undefined
}

export interface Calls {
  readonly clockOffset: number | undefined
  /** With the long-term key. */
  readonly key: KeyCalls | undefined
  /** Why the keyring did not return the long-term key. */
  readonly keyring?: Failure | undefined
  /** Settings with which a login fails, among them those with which no call can be made. */
  readonly settings?: readonly Failure[]
  /** With the sessions in the environment, in the profile and in its target. */
  readonly sessions: readonly SessionCalls[]
}

export const NO_CALLS: Calls = { clockOffset: undefined, key: undefined, sessions: [] }

export interface Subject {
  readonly profile: string
  readonly files: ProfileFiles
  readonly source: CredentialSource | undefined
}

export async function askAws(context: Context, subject: Subject): Promise<Calls> {
  const { source } = subject
  const settings = source ?? settingsOf(subject.files, [subject.profile])
  let clockOffset: number | undefined
  let isReached = true
  const callAs = async (keys: AwsKeys): Promise<KeyCalls | undefined> => {
    // Where nothing responds, the other calls would only take their time.
    if (!isReached) return undefined
    const aws = await connectWithKeys(context, settings, source?.serialNumber, keys)
    const calls = await callsOfKey(context, aws)
    clockOffset = aws.clockOffset() ?? clockOffset
    isReached = clockOffset !== undefined
    return calls
  }
  const keys = source && (await readLongTermKeys(context, source).catch(failureOf))
  const keyring = keys instanceof Failure ? keys : undefined
  const endpoints = checkEndpoints(context, settings, source?.serialNumber, ['sts', 'iam'])
  const unusable = await endpoints.catch(failureOf)
  const problems = source === undefined ? [] : settingProblems(source, context.env)
  if (unusable) return { ...NO_CALLS, keyring, settings: [unusable, ...problems] }
  const key = keys instanceof Failure ? undefined : keys && (await callAs(keys))
  const sessions: SessionCalls[] = []
  for (const { keys, ...place } of sessionsOf(context, subject)) {
    sessions.push({ ...place, ...(await callAs(keys)) })
  }
  return { clockOffset, key, keyring, settings: problems, sessions }
}

async function callsOfKey(context: Context, aws: Aws): Promise<KeyCalls> {
  const identity = await resultOf(context, async () => aws.getCallerIdentity())
  if (identity.refused) return { identity, devices: undefined }
  return { identity, devices: await resultOf(context, async () => aws.listMfaDevices()) }
}

async function resultOf<T>(context: Context, call: () => Promise<T>): Promise<CallResult<T>> {
  try {
    return { value: await retry(context, call, { classify }) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, message, status } = error
    const unknownRegion = error instanceof RequestNotSent ? error.unknownRegion : undefined
    return { refused: { code, message, status, unknownRegion } }
  }
}

/** Only a call with AWS's time says more than the first one. The others are made to be reported, not to succeed. */
function classify(error: AwsError): ErrorClass {
  return classifyError(error) === 'clock' ? 'clock' : 'refused'
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}

const KEYS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'] as const

/** The sessions in the environment, in the profile and in its target. */
function sessionsOf({ env }: Context, { files, profile, source }: Subject) {
  const names = new Set([profile, source?.target ?? profile])
  const inFiles = [...names].flatMap((name) =>
    KINDS.flatMap((kind) => {
      const values = profileKeys(files[kind], kind, name)
      const [accessKeyId, secretAccessKey, sessionToken] = KEYS.map((key) => values.get(key))
      if (!accessKeyId || !secretAccessKey || !sessionToken) return []
      const keys = { accessKeyId, secretAccessKey, sessionToken }
      return { profile: name, expiration: values.get(EXPIRES), keys }
    }),
  )
  const keys = environmentCredentials(env)
  if (keys?.sessionToken === undefined) return inFiles
  return [{ profile: null, expiration: undefined, keys }, ...inFiles]
}
