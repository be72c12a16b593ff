import { AwsError } from '../aws/api.ts'
import type { PolicyCalls, PolicyText, Principal, UserDetails } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { readPolicyText } from '../policy/read-text.ts'
import type { Administrator } from './administrator.ts'

/** Whether an attachment to the principal or one of its groups is left out. */
export type IsLeftOut = (arn: string, owner: Principal) => boolean

/**
 * The identity policies of a principal, managed and inline; for a user also those of the user's
 * groups. Throws a Failure for a policy that cannot be parsed, and AwsError.
 */
export async function readEffectivePolicies(
  { aws, debug }: Pick<Administrator, 'aws' | 'debug'>,
  principal: Principal,
  isLeftOut: IsLeftOut = () => false,
): Promise<NamedPolicy[]> {
  const groupNames = principal.kind === 'user' ? await aws.groupsOf(principal.name) : []
  const groups: Principal[] = groupNames.map((name) => ({ kind: 'group', name }))
  const texts = await Promise.all(
    [principal, ...groups].map(async (each) => readPolicyTexts(aws, each, isLeftOut)),
  )
  // Several groups may give a user the same policy.
  const unique = new Map(texts.flat().map((each) => [`${each.name}\n${each.text}`, each]))
  debug.log(
    `read ${principal.kind} ${principal.name}: groups ${groups.length}, policies ${unique.size}`,
  )
  return [...unique.values()].map(parsePolicy)
}

interface LimitedPolicies {
  readonly policies: readonly NamedPolicy[]
  /** Of a user; undefined where they may not be read. */
  readonly tags?: UserDetails['tags']
  /** Sentences on what else there is to say. */
  readonly notes: readonly string[]
}

/** The effective policies with a user's permissions boundary, and the user's tags. */
export async function readLimitedPolicies(
  admin: Pick<Administrator, 'aws' | 'debug' | 'caller'>,
  principal: Principal,
): Promise<LimitedPolicies> {
  const policies = await readEffectivePolicies(admin, principal)
  const { kind, name } = principal
  if (kind === 'group') {
    const check = `mfa-login policy check --live${admin.caller.options} --user NAME`
    return { policies, notes: [`Permissions boundaries are those of users: ${check}`] }
  }
  try {
    const { tags, boundary: arn } = await admin.aws.getUser(name)
    const boundary = await readBoundary(admin, arn)
    if (boundary === undefined) return { policies, tags, notes: [] }
    const notes = [`Permissions boundary of user ${name}: ${boundary.name}.`]
    return { policies: [...policies, boundary], tags, notes }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const note = `Whether user ${name} has a permissions boundary and tags could not be seen (iam:GetUser, ${error.code}).`
    return { policies, notes: [note] }
  }
}

async function readBoundary(
  { aws }: Pick<Administrator, 'aws'>,
  arn: string | undefined,
): Promise<NamedPolicy | undefined> {
  const text = arn === undefined ? undefined : await readManagedPolicy(aws, arn)
  if (arn === undefined || text === undefined) return undefined
  return { ...parsePolicy({ name: arn.replace(/.*\//, ''), text }), isBoundary: true }
}

async function readManagedPolicy(aws: PolicyCalls, arn: string): Promise<string | undefined> {
  const version = (await aws.managedPolicy(arn))?.defaultVersion
  return version === undefined ? undefined : aws.policyText(arn, version)
}

async function readPolicyTexts(
  aws: PolicyCalls,
  principal: Principal,
  isLeftOut: IsLeftOut,
): Promise<PolicyText[]> {
  const policies = await aws.attachedPolicies(principal)
  const others = policies.filter(({ arn }) => !isLeftOut(arn, principal))
  const attached = others.map(async ({ name, arn }) => {
    const text = await readManagedPolicy(aws, arn)
    return text === undefined ? [] : [{ name, text }]
  })
  return [...(await Promise.all(attached)).flat(), ...(await aws.inlinePolicies(principal))]
}

function parsePolicy({ name, text }: PolicyText): NamedPolicy {
  const read = readPolicyText(text)
  if ('policy' in read) return { name, document: read.policy }
  throw new Failure(
    'files',
    `The policy ${name} cannot be read: ${read.problem}.`,
    'fix it in IAM, or check the others by themselves: mfa-login policy check FILE',
  )
}
