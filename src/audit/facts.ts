/** The facts of an audit from what AWS answered; pure. */
import type {
  AuthorizationDetails,
  CredentialRow,
  LoginProfile,
  RoleDetail,
  UserDetail,
} from '../aws/account-api.ts'
import type { PolicyText } from '../aws/iam-api.ts'
import { isSecurityKey } from '../mfa/serial.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { readPolicy } from '../policy/read-document.ts'
import type {
  AccountFacts,
  DeviceKind,
  IdentityFacts,
  ManagedPolicyFacts,
  PasswordFacts,
  RoleFacts,
  RootFacts,
  UnreadablePolicy,
  UserFacts,
} from './model.ts'
import { ROOT } from './root.ts'
import { latest } from './times.ts'
import { findMissing } from './unknown-policies.ts'

/** Undefined stands for what was refused. */
interface FirstAnswers {
  readonly details: AuthorizationDetails
  readonly report: ReadonlyMap<string, CredentialRow> | undefined
  /** How many a user has, by name; the root user's by ARN. */
  readonly virtualDevices: ReadonlyMap<string, number> | undefined
  readonly summary: ReadonlyMap<string, number> | undefined
}

export interface AccountAnswers extends FirstAnswers {
  /** Serial numbers by user, where `devicesToAsk` named the user. */
  readonly serials: ReadonlyMap<string, readonly string[]> | undefined
  /** By user, where `passwordsToAsk` named the user. */
  readonly profiles: ReadonlyMap<string, LoginProfile | undefined> | undefined
}

/** A call for each: where virtual devices are not known, these are all users with a device. */
const MOST_ASKED = 1000

/** Users who have a device that is not virtual, of which only ListMFADevices tells. */
export function devicesToAsk({ details, report, virtualDevices }: FirstAnswers): string[] {
  return details.users
    .map(({ name }) => name)
    .filter((name) => report?.get(name)?.hasMfa === true && !virtualDevices?.has(name))
    .slice(0, MOST_ASKED)
}

/** Users without a device who may have to set a new password: they have not signed in with this one. */
export function passwordsToAsk({ details, report }: FirstAnswers): string[] {
  return details.users
    .map(({ name }) => name)
    .filter((name) => {
      const { hasMfa, hasPassword, passwordLastUsed, passwordChangedAt } = report?.get(name) ?? {}
      return (
        hasPassword === true &&
        hasMfa === false &&
        (passwordLastUsed ?? 0) <= (passwordChangedAt ?? 0)
      )
    })
}

type Known = Pick<AccountFacts, 'account' | 'partition' | 'readAt' | 'unread'>

export function collectFacts(answers: AccountAnswers, known: Known): AccountFacts {
  const unreadable: UnreadablePolicy[] = []
  const read = policyReader(unreadable)
  const { details, serials } = answers
  // Deleted between two calls.
  const deleted = new Set(serials && devicesToAsk(answers).filter((name) => !serials.has(name)))
  const identity = ({ name, arn, path, inline, attached }: IdentityDetail): IdentityFacts => ({
    name,
    arn,
    path,
    inline: inline.flatMap((policy) => read(policy, arn)),
    attached,
  })
  const policies = details.policies.flatMap((policy): ManagedPolicyFacts[] => {
    const { arn } = policy
    return read(policy, arn).map((each) => ({ ...each, arn }))
  })
  const facts = {
    ...known,
    root: rootFacts(answers),
    users: details.users
      .filter(({ name }) => !deleted.has(name))
      .map((user) => ({ ...identity(user), ...userFacts(user, answers) })),
    groups: details.groups.map(identity),
    roles: details.roles.map((role) => ({ ...identity(role), ...roleFacts(role) })),
    policies: new Map(policies.map((policy) => [policy.arn, policy])),
  }
  return { ...facts, unreadable: [...unreadable, ...findMissing(facts, unreadable)] }
}

type IdentityDetail = AuthorizationDetails['groups'][number]

function policyReader(unreadable: UnreadablePolicy[]) {
  return ({ name, text }: PolicyText, arn: string): NamedPolicy[] => {
    try {
      return [{ name, document: readPolicy(JSON.parse(text)) }]
    } catch (error) {
      unreadable.push({ policy: name, arn, problem: (error as Error).message })
      return []
    }
  }
}

function roleFacts({ trustPolicy, lastUsed }: RoleDetail): Pick<RoleFacts, 'trust' | 'lastUsed'> {
  return { trust: trustPolicy, lastUsed: lastUsed ?? null }
}

function userFacts(
  user: UserDetail,
  answers: AccountAnswers,
): Omit<UserFacts, keyof IdentityFacts> {
  const { tags, groups, boundary, name } = user
  const row = answers.report?.get(name)
  return {
    tags,
    groups,
    boundary,
    devices: devicesOf(name, answers),
    password: row && passwordOf(row, answers),
    keys: row?.keys.map(({ changedAt, ...key }) => ({ ...key, createdAt: changedAt })),
  }
}

function devicesOf(
  name: string,
  { report, virtualDevices, serials }: AccountAnswers,
): readonly (DeviceKind | undefined)[] | undefined {
  const virtual = virtualDevices?.get(name) ?? 0
  if (virtual > 0) return Array.from({ length: virtual }, () => 'authenticator' as const)
  const own = serials?.get(name)
  if (own !== undefined) return own.map(kindOf)
  const row = report?.get(name)
  return row === undefined ? undefined : row.hasMfa ? [undefined] : []
}

function kindOf(serial: string): DeviceKind {
  if (isSecurityKey(serial)) return 'security key'
  return serial.startsWith('arn:') ? 'authenticator' : 'hardware token'
}

function passwordOf(
  { user, hasPassword, passwordLastUsed }: CredentialRow,
  { profiles }: AccountAnswers,
): PasswordFacts | undefined {
  if (hasPassword === undefined) return undefined
  const profile = profiles?.get(user)
  // Asked for, and there is none any more.
  const isGone = profiles?.has(user) === true && profile === undefined
  return {
    isEnabled: hasPassword && !isGone,
    lastUsed: passwordLastUsed,
    mustReset: profile?.mustReset,
  }
}

function rootFacts({ report, summary }: AccountAnswers): RootFacts | undefined {
  const row = report?.get(ROOT)
  if (row === undefined && summary === undefined) return undefined
  const flag = (name: string): boolean | undefined => {
    const value = summary?.get(name)
    return value === undefined ? undefined : value > 0
  }
  return {
    hasMfa: flag('AccountMFAEnabled') ?? row?.hasMfa,
    hasKeys: flag('AccountAccessKeysPresent') ?? row?.keys.some(({ isActive }) => isActive),
    hasPassword: flag('AccountPasswordPresent') ?? row?.hasPassword,
    lastActivity: row && lastUseOf(row),
  }
}

function lastUseOf({ passwordLastUsed, keys }: CredentialRow): number | null {
  return latest([passwordLastUsed, ...keys.map(({ lastUsed }) => lastUsed)])
}
