/** An account of forty users that holds every state an audit tells apart, and a root user without MFA. */
import {
  createAccessKey,
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
  type AccessKey,
  type Account,
  type Device,
  type User,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { allow, AWS_MANAGED, managedPolicies, policyArn } from './audit-policies.ts'
import { rolesOfAudit } from './audit-roles.ts'

export const DAY = 86_400_000
const IAM = 'arn:aws:iam::123456789012'
const everything = [{ name: 'everything', document: allowAllPolicy() }]
const readS3 = [{ name: 'read-s3', document: allow('s3:Get*', 's3:List*', 's3:ListAllMyBuckets') }]

type Parts = Partial<User> & { readonly in?: string }

/** `now` is the time of the audit, in milliseconds since the epoch. */
export function auditAccount(now: number): Account {
  const ago = (days: number): number => now - days * DAY
  const key = (days: number, service = 's3', parts: Partial<AccessKey> = {}): AccessKey =>
    createAccessKey({
      createdAt: ago(days + 100),
      lastUsed: { at: ago(days), service, region: 'eu-west-1' },
      ...parts,
    })
  const unused = (): AccessKey => createAccessKey({ createdAt: ago(40) })
  const inactive = (): AccessKey => createAccessKey({ status: 'Inactive', createdAt: ago(400) })
  const password = (days?: number): Partial<User> => ({
    password: 'a console password',
    ...(days === undefined ? {} : { passwordLastUsed: ago(days) }),
  })
  const mustReset = { ...password(), mustResetPassword: true }
  const exempt = { tags: { mfa: 'exempt', team: 'support' } }
  const machine = { path: '/machines/', in: 'support' }

  const table: Record<string, Parts> = {
    auditor: { in: 'auditors', devices: [app('auditor')], keys: [key(0, 'iam')] },
    alice: { in: 'developers', devices: [app('alice')], ...password(1), keys: [key(3)] },
    bob: { in: 'developers', devices: [token(1)], ...password(2), keys: [key(6, 'ec2')] },
    carol: { in: 'developers', devices: [securityKey('carol')], ...password(1) },
    dave: { in: 'developers', devices: [securityKey('dave')], ...password(9), keys: [key(5)] },
    erin: { in: 'developers', ...password(10) },
    frank: { in: 'developers', keys: [key(7, 'cloudformation')] },
    grace: { in: 'developers', devices: [app('grace'), securityKey('grace')], ...password(4) },
    heidi: { in: 'developers', devices: [app('heidi')], keys: [key(200), inactive()] },
    ivan: { in: 'developers', ...mustReset },
    judy: { in: 'developers' },
    mallory: { in: 'developers', devices: [app('mallory')], policies: everything, ...password(3) },
    'legacy-import': { in: 'developers', keys: [key(6, 'dynamodb')] },
    MixedCase: { in: 'developers', devices: [app('MixedCase')], ...password(30), keys: [unused()] },
    'first.last+team@example.com': { in: 'developers', ...password(60), keys: [key(89)] },
    niaj: { in: 'operators', devices: [app('niaj')], keys: [key(1, 'ec2'), key(2, 's3')] },
    olivia: { in: 'operators', ...password(12) },
    peggy: { in: 'operators', ...password(100), keys: [key(200)] },
    rupert: { in: 'operators', ...mustReset },
    sybil: { in: 'contractors', devices: [app('sybil')], keys: [key(8)] },
    trent: { in: 'contractors', keys: [key(1)] },
    uma: { in: 'contractors', ...password(15) },
    victor: { in: 'contractors', keys: [unused()] },
    walter: { in: 'support', ...exempt, keys: [key(2)] },
    wendy: { in: 'support', devices: [app('wendy')], ...password(2) },
    xavier: { in: 'support', ...exempt, keys: [inactive(), inactive()] },
    yves: { in: 'support', ...password(20) },
    'build-bot': { ...machine, keys: [key(0, 's3')], boundary: policyArn('limit-to-s3') },
    'deploy-bot': { ...machine, keys: [key(1, 'ecs'), key(4, 'ecr')] },
    'old-bot': { ...machine, keys: [key(200)] },
    zara: { in: 'analysts', devices: [app('zara')], ...password(2) },
    yolanda: { in: 'analysts', keys: [key(30)] },
    quentin: { in: 'analysts', keys: [unused()] },
    zoe: { policies: everything, boundary: policyArn('mfa-boundary'), ...password(5) },
    oscar: { in: 'frozen', ...password(50) },
    pat: { in: 'frozen', devices: [app('pat')], ...password(3), keys: [key(3)] },
    emil: {
      path: '/team/a/',
      devices: [app('emil')],
      keys: [key(2)],
      policies: [...everything, { name: 'mfa', document: strictPolicy() }],
    },
    'break-glass': { attached: [AWS_MANAGED('AdministratorAccess')], ...password(300) },
    limited: {
      attached: [AWS_MANAGED('AdministratorAccess')],
      boundary: policyArn('limit-to-s3'),
      keys: [key(20)],
    },
    nobody: { keys: [key(150, 'sts')] },
  }
  const entries = Object.entries(table).map(([name, { in: group, ...parts }]) => ({
    group,
    user: createUser(name, { createdAt: ago(600), keys: [], ...structuredClone(parts) }),
  }))
  // Not the first user: that one signs in tests.
  const root = createUser('root', { isRoot: true, keys: [], passwordLastUsed: ago(20) })
  const membersOf = (group: string): string[] =>
    entries.filter((each) => each.group === group).map(({ user }) => user.name)
  return createAccount({
    users: [...entries.map(({ user }) => user), root],
    groups: Object.entries(GROUPS).map(([name, parts]) =>
      // A copy, as the local AWS changes the lists of an account.
      createGroup(name, { members: membersOf(name), ...structuredClone(parts) }),
    ),
    roles: rolesOfAudit(now),
    managedPolicies: managedPolicies(),
    unassignedDevices: [app('left-over')],
  })
}

const GROUPS = {
  auditors: { attached: [AWS_MANAGED('SecurityAudit')] },
  developers: { attached: [policyArn('mfa-strict')], policies: everything },
  operators: { attached: [policyArn('mfa_mandatory')], policies: everything },
  contractors: { attached: [policyArn('mfa-bool')], policies: readS3 },
  support: { attached: [policyArn('mfa-support')], policies: everything },
  analysts: { policies: readS3 },
  frozen: { attached: [policyArn('mfa-frozen')], policies: everything },
}

function app(name: string): Device {
  return createVirtualDevice(`${IAM}:mfa/${name}`)
}

function token(number: number): Device {
  return createVirtualDevice(`GAHT1234567${number}`)
}

function securityKey(name: string): Device {
  return createVirtualDevice(`${IAM}:u2f/user/${name}/yubikey-AAAAAAAAAAAAAAAAAA`, { kind: 'fido' })
}
