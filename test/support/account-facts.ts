/** Accounts as an audit reads them, for its pure part. */
import { auditAccount } from '../../src/audit/audit-account.ts'
import type {
  AccountFacts,
  GroupFacts,
  KeyFacts,
  ManagedPolicyFacts,
  RoleFacts,
  UserFacts,
} from '../../src/audit/model.ts'
import type { UserVerdict } from '../../src/audit/report.ts'
import type { Statement } from '../../src/policy/document.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import type { NamedPolicy } from '../../src/policy/evaluate.ts'
import { readPolicy } from '../../src/policy/read-document.ts'

export const ACCOUNT = '123456789012'
export const READ_AT = Date.parse('2026-11-27T12:00:00Z')
export const daysAgo = (days: number): number => READ_AT - days * 86_400_000

export const allow = (parts: object = {}) => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...parts,
})
export const deny = (parts: object = {}) => allow({ Effect: 'Deny', ...parts })
export const WITHOUT_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }

export const policy = (name: string, ...statements: object[]): NamedPolicy => ({
  name,
  document: readPolicy({ Version: '2012-10-17', Statement: statements }),
})
export const EVERYTHING = policy('everything', allow({ Sid: 'All' }))
export const GATE: NamedPolicy = { name: 'mfa_mandatory', document: strictPolicy() }
/** The strict policy, with its Deny changed. */
export const changedGate = (change: (deny: Statement) => Statement): NamedPolicy => {
  const { Statement: all, ...rest } = strictPolicy()
  const statements = all.map((each) => (each.Effect === 'Deny' ? change(each) : each))
  return { name: 'mfa_mandatory', document: { ...rest, Statement: statements } }
}

export const NO_PASSWORD = { isEnabled: false, lastUsed: null, mustReset: undefined }
export const PASSWORD = { isEnabled: true, lastUsed: daysAgo(3), mustReset: false }
export const key = (parts: Partial<KeyFacts> = {}): KeyFacts => ({
  isActive: true,
  createdAt: daysAgo(400),
  lastUsed: daysAgo(2),
  lastService: 's3',
  ...parts,
})

export const user = (name: string, parts: Partial<UserFacts> = {}): UserFacts => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:user${parts.path ?? '/'}${name}`,
  path: '/',
  inline: [],
  attached: [],
  tags: {},
  groups: [],
  boundary: undefined,
  devices: [],
  password: PASSWORD,
  keys: [],
  ...parts,
})

export const group = (name: string, parts: Partial<GroupFacts> = {}): GroupFacts => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:group/${name}`,
  path: '/',
  inline: [],
  attached: [],
  ...parts,
})

export const role = (
  name: string,
  statement: object,
  parts: Partial<RoleFacts> = {},
): RoleFacts => ({
  ...group(name),
  arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  trust: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
  }),
  lastUsed: null,
  ...parts,
})

export const managed = (each: NamedPolicy): ManagedPolicyFacts => ({
  ...each,
  arn: `arn:aws:iam::${ACCOUNT}:policy/${each.name}`,
})

export const facts = (parts: Partial<AccountFacts> = {}): AccountFacts => ({
  account: ACCOUNT,
  partition: 'aws',
  readAt: READ_AT,
  root: undefined,
  users: [],
  groups: [],
  roles: [],
  policies: new Map(),
  unread: [],
  unreadable: [],
  ...parts,
})

/** The verdict on one user who has these inline policies. */
export const judgeWith = (
  inline: readonly NamedPolicy[],
  parts: Partial<UserFacts> = {},
): UserVerdict => auditAccount(facts({ users: [user('alice', { inline, ...parts })] })).users[0]!
