/** Who administers policies: with an MFA session where there is a device, else with what there is. */
import type { Aws } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { usageFailure } from '../failure.ts'
import { userNameIn, type Principal } from '../aws/iam-api.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { connectWithMfaIfPossible, connectFromEnvironment } from '../session/acquire/mfa-client.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { connect } from '../session/acquire/connect.ts'
import { retry } from '../aws/retry.ts'
import { WORTH_KEEPING_MS } from '../session/model/freshness.ts'
import { getSession } from '../session/acquire/role-session.ts'

export interface Administrator {
  readonly aws: Aws
  readonly errorContext: ErrorContext
  readonly arn: string
  readonly account: string
  readonly partition: string
  /** Undefined for a role. */
  readonly user: Principal | undefined
  /** Whether a Deny without MFA would not hit this very session. */
  readonly hasMfa: boolean
}

/** `command` is what to run again where AWS gave no answer. */
export async function connectAsAdministrator(
  context: Context,
  profile: string | undefined,
  command: string,
): Promise<Administrator> {
  const { bare, hasMfa, ...client } = await clientOf(context, profile)
  const aws = withRetries(context, client.aws)
  const errorContext = { ...client.errorContext, retryCommand: command }
  const { arn, account } = await withExplanation(errorContext, async () =>
    retry(context, async () => bare.getCallerIdentity()),
  )
  const name = userNameIn(arn)
  const user: Principal | undefined = name === undefined ? undefined : { kind: 'user', name }
  return {
    aws,
    errorContext,
    arn,
    account,
    partition: arn.split(':')[1] ?? 'aws',
    user,
    hasMfa,
  }
}

const QUESTIONS = [
  'listMfaDevices',
  'groupsOf',
  'membersOf',
  'attachedPolicies',
  'inlinePolicies',
  'managedPolicy',
  'policyVersions',
  'policyText',
  'simulate',
] as const

type Question = (typeof QUESTIONS)[number]
type Call = (...words: unknown[]) => Promise<unknown>

/** Asks its questions again where IAM throttles, as it does with many at once. */
function withRetries(context: Context, aws: Aws): Aws {
  const calls = aws as unknown as Readonly<Record<Question, Call>>
  const asked = QUESTIONS.map((name) => {
    const ask: Call = async (...words) => retry(context, async () => calls[name](...words))
    return [name, ask]
  })
  return { ...aws, ...(Object.fromEntries(asked) as Pick<Aws, Question>) }
}

async function clientOf(context: Context, profile: string | undefined) {
  const fromEnvironment = profile === undefined ? await connectFromEnvironment(context) : undefined
  if (fromEnvironment !== undefined) return fromEnvironment
  const paths = pathsOf(context)
  const files = await readProfileFiles(context, paths)
  const errorContext = resolveSource(files, context.env, { profile })
  if (errorContext.roles.length === 0)
    return { ...(await connectWithMfaIfPossible(context, paths, errorContext)), errorContext }
  const { session } = await getSession(context, paths, errorContext, { minTtl: WORTH_KEEPING_MS })
  const aws = await connect(context, errorContext, session.serialNumber, session)
  // The Deny without MFA is the user's; a role has policies of its own.
  return { aws, bare: aws, hasMfa: true, errorContext }
}

/** An errorContext that may fail as there is no such user or group. */
export function errorContextFor(
  { errorContext }: Administrator,
  { kind }: Principal,
): ErrorContext {
  return { ...errorContext, listCommand: `aws iam list-${kind}s, which shows the ${kind}s` }
}

/** The user or group a command line names; both is one too many. */
export function requestedPrincipal(
  user: string | undefined,
  group: string | undefined,
): Principal | undefined {
  if (user !== undefined && group !== undefined) {
    throw usageFailure('One of --user and --group.', '--group NAME')
  }
  if (group !== undefined) return { kind: 'group', name: group }
  return user === undefined ? undefined : { kind: 'user', name: user }
}
