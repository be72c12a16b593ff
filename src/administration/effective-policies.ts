import type { PolicyCalls, PolicyText, Principal } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { readPolicyText } from '../policy/read-text.ts'
import type { Administrator } from './administrator.ts'

/**
 * The identity policies of a principal, managed and inline; for a user also those of the user's
 * groups. Throws a Failure for a policy that cannot be parsed, and AwsError.
 */
export async function readEffectivePolicies(
  { aws, debug }: Pick<Administrator, 'aws' | 'debug'>,
  principal: Principal,
): Promise<NamedPolicy[]> {
  const groupNames = principal.kind === 'user' ? await aws.groupsOf(principal.name) : []
  const groups: Principal[] = groupNames.map((name) => ({ kind: 'group', name }))
  const texts = await Promise.all(
    [principal, ...groups].map(async (each) => readPolicyTexts(aws, each)),
  )
  // Several groups may give a user the same policy.
  const unique = new Map(texts.flat().map((each) => [`${each.name}\n${each.text}`, each]))
  debug.log(
    `read ${principal.kind} ${principal.name}: groups ${groups.length}, policies ${unique.size}`,
  )
  return [...unique.values()].map(parsePolicy)
}

async function readPolicyTexts(aws: PolicyCalls, principal: Principal): Promise<PolicyText[]> {
  const attached = (await aws.attachedPolicies(principal)).map(async ({ name, arn }) => {
    const version = (await aws.managedPolicy(arn))?.defaultVersion
    return version === undefined ? [] : [{ name, text: await aws.policyText(arn, version) }]
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
