/** What AWS says to the keys of a profile: questions only, none of which takes a token code. */
import { AwsError, type Aws, type AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import { profileValues, type ProfileFiles } from '../profile/values.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import { callSettings } from '../aws/call-settings.ts'
import { plainStsEndpoint } from '../aws/sts-endpoint.ts'
import { classifyError } from '../aws/errors/classify.ts'

export interface Identity {
  readonly arn: string
  readonly account: string
}

export type Refused = Pick<AwsError, 'code' | 'message' | 'status'>

export type CallResult<T> = { readonly value: T } | { readonly refused: Refused }

/** Undefined for what was not asked, as the question before it was not answered well. */
export interface KeyCalls {
  /** STS GetCallerIdentity. */
  readonly identity: CallResult<Identity>
  /** IAM ListMFADevices. */
  readonly devices: CallResult<readonly string[]> | undefined
}

export interface SessionCalls extends Partial<KeyCalls> {
  /** The profile it is written in; null for the environment. */
  readonly profile: string | null
  readonly expiration: string | undefined
}

export interface Calls {
  readonly clockOffset: number | undefined
  /** Of the long-term key. */
  readonly key: KeyCalls | undefined
  /** Why the keyring did not give the long-term key. */
  readonly keyring?: Failure | undefined
  /** The environment's, the profile's own and its target's, where they have a session token. */
  readonly sessions: readonly SessionCalls[]
}

export interface Subject {
  readonly profile: string
  readonly files: ProfileFiles
  readonly source: CredentialSource | undefined
}

export async function askAws(context: Context, subject: Subject): Promise<Calls> {
  const { source } = subject
  let clockOffset: number | undefined
  let isReached = true
  const ask = async (keys: AwsKeys): Promise<KeyCalls | undefined> => {
    // Where nothing answers, the other questions would only take their time.
    if (!isReached) return undefined
    const aws = await connect(context, subject, keys)
    const calls = await askAs(aws)
    clockOffset = aws.clockOffset() ?? clockOffset
    isReached = clockOffset !== undefined
    return calls
  }
  const keys = source && (await longTermKeys(context, source))
  const keyring = keys instanceof Failure ? keys : undefined
  const key = keys === undefined || keys instanceof Failure ? undefined : await ask(keys)
  const sessions: SessionCalls[] = []
  for (const { keys, ...place } of sessionsOf(context, subject)) {
    sessions.push({ ...place, ...(await ask(keys)) })
  }
  return { clockOffset, key, keyring, sessions }
}

async function askAs(aws: Aws): Promise<KeyCalls> {
  const identity = await answerOf(async () => aws.getCallerIdentity())
  if ('refused' in identity) return { identity, devices: undefined }
  return { identity, devices: await answerOf(async () => aws.listMfaDevices()) }
}

/** Asks again where the clock was refused: the client has learnt AWS's time meanwhile. */
async function answerOf<T>(call: () => Promise<T>, isAgain = false): Promise<CallResult<T>> {
  try {
    return { value: await call() }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (!isAgain && classifyError(error) === 'clock') return answerOf(call, true)
    return { refused: { code: error.code, message: error.message, status: error.status } }
  }
}

async function connect(context: Context, subject: Subject, keys: AwsKeys): Promise<Aws> {
  const { source, profile } = subject
  const setting = settingOf(subject)
  const settings = callSettings(context.env, setting, source?.serialNumber)
  return context.aws({
    keys,
    profile: source?.settingsProfile ?? profile,
    // As a login does it.
    stsEndpoint: plainStsEndpoint(context.env, setting, settings.region),
    ...settings,
  })
}

function settingOf({ source, files, profile }: Subject): (key: string) => string | undefined {
  return (key) => (source ? source.setting(key) : profileValues(files, profile).get(key))
}

async function longTermKeys(
  context: Context,
  source: CredentialSource,
): Promise<AwsKeys | Failure> {
  try {
    return await readLongTermKeys(context, source)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

interface WrittenSession extends Pick<SessionCalls, 'profile' | 'expiration'> {
  readonly keys: AwsKeys
}

function sessionsOf({ env }: Context, { files, profile, source }: Subject): WrittenSession[] {
  const fromEnvironment = written(null, undefined, [
    env.AWS_ACCESS_KEY_ID,
    env.AWS_SECRET_ACCESS_KEY,
    env.AWS_SESSION_TOKEN,
  ])
  const names = new Set([profile, source?.target ?? profile])
  const inFiles = [...names].flatMap((name) =>
    (['credentials', 'config'] as const).flatMap((kind) => {
      const values = profileKeys(files[kind], kind, name)
      const keys = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token']
      return written(
        name,
        values.get(EXPIRES),
        keys.map((key) => values.get(key)),
      )
    }),
  )
  return [...fromEnvironment, ...inFiles]
}

function written(
  profile: string | null,
  expiration: string | undefined,
  [accessKeyId, secretAccessKey, sessionToken]: readonly (string | undefined)[],
): WrittenSession[] {
  if (!accessKeyId || !secretAccessKey || !sessionToken) return []
  return [{ profile, expiration, keys: { accessKeyId, secretAccessKey, sessionToken } }]
}
