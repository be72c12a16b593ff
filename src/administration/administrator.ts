import type { Aws } from '../aws/api.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { userNameIn, type Principal } from '../aws/iam-api.ts'
import { retry } from '../aws/retry.ts'
import type { Context, Debug } from '../context.ts'
import { THIS_COMMAND } from '../failure.ts'
import { pathsOf } from '../profile/paths.ts'
import { readSource } from '../profile/read-source.ts'
import { connect } from '../session/acquire/connect.ts'
import { connectFromEnvironment, connectWithMfaIfPossible } from '../session/acquire/mfa-client.ts'
import { WORTH_KEEPING_MS } from '../session/model/freshness.ts'
import { syntaxOf, usualShell } from '../shell/syntax.ts'
import { getSession } from '../session/acquire/get-session.ts'
import { callerOf, type Caller } from './caller.ts'

/** Who reads and changes policies. */
export interface Administrator {
  readonly aws: Aws
  readonly errorContext: ErrorContext
  readonly arn: string
  readonly account: string
  readonly partition: string
  /** Undefined for a role. */
  readonly user: Principal | undefined
  /** Whether an MFA Deny leaves this session alone: it carries MFA, or it is a role's. */
  readonly hasMfa: boolean
  /** For the commands that this administrator is told. */
  readonly caller: Caller
  readonly debug: Debug
  /** As that of the context. */
  readonly progress: Context['progress']
}

/**
 * Connects with the session in the environment or with the profile: a role session, else an MFA
 * session, else the bare key of a user without a device. Throws Failure.
 */
export async function connectAsAdministrator(
  context: Context,
  profile: string | undefined,
): Promise<Administrator> {
  const connection = await openConnection(context, profile)
  // Every command of an administrator goes on where it was interrupted.
  const errorContext: ErrorContext = { ...connection.errorContext, retryCommand: THIS_COMMAND }
  const { arn, account } = await withExplanation(errorContext, async () =>
    // With a session, some emulators do not know the user (moto 5).
    retry(context, async () => connection.bare.getCallerIdentity()),
  )
  context.debug.log(`AWS identifies the caller as ${arn}`)
  const name = userNameIn(arn)
  const { hasMfa } = connection
  const session = {
    profile,
    region: context.region,
    isInEnvironment: errorContext.isEnvironments === true,
    user: name,
    hasMfa,
  }
  return {
    aws: retryReads(context, connection.aws),
    errorContext,
    arn,
    account,
    partition: arn.split(':')[1] ?? 'aws',
    user: name === undefined ? undefined : { kind: 'user', name },
    hasMfa,
    caller: callerOf(session, syntaxOf(usualShell(context)).quote),
    debug: context.debug,
    progress: context.progress,
  }
}

async function openConnection(context: Context, profile: string | undefined) {
  const fromEnvironment = profile === undefined ? await connectFromEnvironment(context) : undefined
  if (fromEnvironment !== undefined) {
    context.debug.log(
      'uses the session in the environment, as AWS_SESSION_TOKEN is set and --profile is not given',
    )
    return fromEnvironment
  }
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const role = source.roles.at(-1)
  if (role === undefined) {
    const known = source.serialNumber === undefined ? [] : [source.serialNumber]
    const client = await connectWithMfaIfPossible(context, paths, source, { ifHidden: known })
    context.debug.log(
      client.hasMfa
        ? `uses an MFA session of the profile ${source.profile}, as its user has a device`
        : `uses the bare key of the profile ${source.profile}, as its user has no device that STS accepts`,
    )
    return { ...client, errorContext: source }
  }
  context.debug.log(`uses a session of ${role.arn}, as the profile ${source.profile} has a role`)
  const { session } = await getSession(context, paths, source, { minTtl: WORTH_KEEPING_MS })
  const aws = await connect(context, source, session.serialNumber, session)
  return { aws, bare: aws, hasMfa: true, errorContext: source }
}

const READS = [
  'listMfaDevices',
  'listVirtualDevices',
  'getUser',
  'getGroup',
  'groupsOf',
  'attachedPolicies',
  'inlinePolicies',
  'loginProfile',
  'customerPolicies',
  'accountSummary',
  'managedPolicy',
  'entitiesWithPolicy',
  'policyVersions',
  'policyText',
  'simulate',
] as const satisfies (keyof Aws)[]

type Reads = Record<(typeof READS)[number], (...parameters: unknown[]) => Promise<unknown>>

/** Retries reads: IAM throttles when many come at once. Changes are sent once. */
function retryReads(context: Context, aws: Aws): Aws {
  const reads = aws as unknown as Reads
  const withRetries = READS.map((name) => {
    const read: Reads[typeof name] = async (...parameters) =>
      retry(context, async () => reads[name](...parameters))
    return [name, read]
  })
  return { ...aws, ...Object.fromEntries(withRetries) } as Aws
}

/** AWS's managed policies with what commands need. */
const RIGHTS = { read: 'SecurityAudit', change: 'IAMFullAccess' } as const

/** The context of calls that fail if the principal does not exist, or if the caller may not make them. */
export function errorContextFor(
  admin: Administrator,
  { kind }: Principal,
  needs: keyof typeof RIGHTS,
): ErrorContext {
  const { errorContext, arn, partition, hasMfa, caller } = admin
  const enroll = `mfa-login device enroll${caller.options}, then: ${THIS_COMMAND}`
  return {
    ...errorContext,
    listCommand: `${caller.aws} iam list-${kind}s, which shows the ${kind}s`,
    rights: {
      arn,
      policy: `arn:${partition}:iam::aws:policy/${RIGHTS[needs]}`,
      mfaCommand: hasMfa ? undefined : enroll,
    },
  }
}

/** The user or group that a command line names; it names one of the two. */
export function requestedPrincipal(user = '', group: string | undefined): Principal {
  return group === undefined ? { kind: 'user', name: user } : { kind: 'group', name: group }
}
