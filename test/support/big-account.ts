/** An account at IAM's quotas, the same each time. */
import {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  createVirtualDevice,
  type Account,
  type ManagedPolicy,
  type User,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'

/** IAM User Guide, "IAM and AWS STS quotas": what an account has at most. */
export const AT_QUOTAS = { users: 5000, groups: 300, policies: 1500, roles: 1000 }

const IAM = 'arn:aws:iam::123456789012'
const DAY = 86_400_000
const SERVICES = ['s3', 'ec2', 'dynamodb', 'sqs', 'lambda', 'logs', 'sns', 'rds']

const list = <Item>(length: number, item: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => item(index))
const policyArn = (index: number): string => `${IAM}:policy/team/policy-${index}`
const strict = strictPolicy()
const classic = classicPolicy()

/**
 * The first user, `auditor`, may read everything. Every fifth group has no MFA gate, and of every ten users three have
 * no device. `now` in milliseconds since the epoch.
 */
export function bigAccount(now: number, sizes = AT_QUOTAS): Account {
  const everyone = list(sizes.users, (index) => bigUser(index, now, sizes.policies))
  const members = list(sizes.groups, (): string[] => [])
  for (const [index, { name }] of everyone.entries()) {
    for (const group of new Set(groupsOf(index, sizes.groups))) members[group]!.push(name)
  }
  return createAccount({
    users: everyone,
    groups: list(sizes.groups, (index) =>
      createGroup(`group-${index}`, {
        path: index % 3 === 0 ? '/' : '/team/',
        members: members[index]!,
        attached: [0, 1, 2].map((more) => policyArn((index * 5 + more) % sizes.policies)),
        policies: index % 4 === 0 ? [{ name: 'everything', document: allowAllPolicy() }] : [],
      }),
    ),
    roles: list(sizes.roles, (index) =>
      createRole(`role-${index}`, {
        trusts: index % 2 === 0 ? [] : [`${IAM}:user/user-${(index % sizes.users) + 1}`],
        requiresMfa: index % 4 === 1,
        policies: [{ name: 'work', document: workPolicy(index, 2) }],
        attached: [policyArn(index % sizes.policies)],
        ...(index % 3 === 0 ? { lastUsed: { at: now - index * DAY, region: 'eu-west-1' } } : {}),
      }),
    ),
    managedPolicies: list(sizes.policies, bigPolicy),
  })
}

function bigUser(index: number, now: number, policies: number): User {
  if (index === 0) {
    const everything = [{ name: 'everything', document: allowAllPolicy() }]
    return createUser('auditor', { policies: everything })
  }
  const name = `user-${index}`
  const usedAt = now - (index % 400) * DAY
  const lastUsed = { at: usedAt, service: SERVICES[index % 8]!, region: 'eu-west-1' }
  const key = { createdAt: now - 500 * DAY }
  return createUser(name, {
    path: index % 10 === 0 ? '/machines/' : '/',
    createdAt: now - 600 * DAY,
    keys: list(index % 3, (each) => createAccessKey(each === 0 ? { ...key, lastUsed } : key)),
    devices: devicesOf(index, name),
    tags: index % 4 === 0 ? { team: `team-${index % 50}` } : {},
    policies: index % 20 === 0 ? [{ name: 'own', document: workPolicy(index, 1) }] : [],
    attached: index % 10 === 0 ? [policyArn(index % policies)] : [],
    ...(index % 5 < 3 ? { password: 'a console password', passwordLastUsed: usedAt } : {}),
    ...(index % 100 === 0 ? { boundary: policyArn(index % policies) } : {}),
  })
}

/** Twenty users at the quotas have security keys alone. */
function devicesOf(index: number, name: string) {
  if (index % 10 < 3) return []
  if (index % 250 === 249) {
    return [createVirtualDevice(`${IAM}:u2f/user/${name}/key-A`, { kind: 'fido' })]
  }
  return [createVirtualDevice(`${IAM}:mfa/${name}`)]
}

/** One to three; none for the auditor. */
function groupsOf(user: number, groups: number): number[] {
  if (user === 0) return []
  return [user % groups, (user * 7 + 3) % groups, (user * 13 + 5) % groups].slice(0, 1 + (user % 3))
}

/** Group g has the policies from 5g on: most have a gate, a strict or a classic one, among them. */
function bigPolicy(index: number): ManagedPolicy {
  const gate = index % 50 === 0 ? classic : strict
  const document = index % 5 === 0 && index % 25 !== 20 ? gate : workPolicy(index, 1 + (index % 8))
  const policy = createManagedPolicy(policyArn(index), document)
  const [version] = policy.versions
  policy.versions.unshift(
    ...list(index % 3, (each) => ({ ...version!, id: `v${each + 1}`, text: version!.text })),
  )
  policy.lastVersion = policy.versions.length
  policy.defaultVersionId = `v${policy.lastVersion}`
  policy.versions.at(-1)!.id = policy.defaultVersionId
  return policy
}

function workPolicy(index: number, statements: number): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: list(statements, (each): Statement => {
      const service = SERVICES[(index + each) % SERVICES.length]!
      return {
        Sid: `Work${each}`,
        Effect: 'Allow',
        Action: ['Get*', 'List*', 'Describe*'].map((action) => `${service}:${action}`),
        Resource: [`arn:aws:${service}:*:123456789012:team-${index}/*`, '*'],
      }
    }),
  }
}
