/** The policies an account has for a user or group. */
import { Failure } from '../failure.ts'
import type { PolicyCalls, PolicyText, Principal } from '../aws/iam-api.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { readPolicyText } from '../policy/read-text.ts'

/** All of a principal's identity policies, a user's groups' included. Throws Failure and AwsError. */
export async function readEffectivePolicies(
  aws: PolicyCalls,
  principal: Principal,
): Promise<NamedPolicy[]> {
  const groups = principal.kind === 'user' ? await aws.groupsOf(principal.name) : []
  const holders: Principal[] = groups.map((name) => ({ kind: 'group', name }))
  const texts = await Promise.all([principal, ...holders].map(async (each) => textsOf(aws, each)))
  // A policy may reach a user through several groups.
  const unique = new Map(texts.flat().map((each) => [`${each.name}\n${each.text}`, each]))
  return [...unique.values()].map(parsed)
}

async function textsOf(aws: PolicyCalls, principal: Principal): Promise<PolicyText[]> {
  const attached = (await aws.attachedPolicies(principal)).map(async ({ name, arn }) => {
    const version = (await aws.managedPolicy(arn))?.defaultVersion
    return version === undefined ? [] : [{ name, text: await aws.policyText(arn, version) }]
  })
  return [...(await Promise.all(attached)).flat(), ...(await aws.inlinePolicies(principal))]
}

function parsed({ name, text }: PolicyText): NamedPolicy {
  const read = readPolicyText(text)
  if ('policy' in read) return { name, document: read.policy }
  throw new Failure(
    'files',
    `The policy ${name} cannot be read: ${read.problem}.`,
    'mend it at IAM, or check the others by themselves: mfa-login policy check FILE',
  )
}
