/** Reports of audits for the tests of what is made of them. */
import {
  ENFORCED,
  IF_ENFORCED,
  type AuditReport,
  type IfEnforced,
  type Summary,
  type UserVerdict,
} from '../../src/audit/report.ts'

const NAMES =
  'alice bob carla deniz erik fatima george hanna ines jonas karin liam mina noor oskar paula quentin rosa samir tomoko'

const RULES = {
  policy: 'mfa_mandatory',
  sid: 'DenyAllElseWithoutMfa',
  index: 5,
}
const ADMIN = { policy: 'AdministratorAccess', sid: undefined, index: 0 }

const WHY: Readonly<Record<IfEnforced, string>> = {
  'works as before': 'Has an authenticator app.',
  'must enroll first': 'Has no device; mfa_mandatory allows enrolling one.',
  'works in the console only': 'Has security keys alone, and STS takes no code of them.',
  'locked out': 'Has no device, and no policy allows iam:EnableMFADevice.',
  'not known': 'AWS did not say which devices the user has.',
  breaks: 'An access key was used 3 days ago, and there is neither a device nor a password.',
}

const DEVICES: Readonly<Record<IfEnforced, UserVerdict['devices']>> = {
  'works as before': ['authenticator'],
  'must enroll first': [],
  'works in the console only': ['security key', 'security key'],
  'locked out': [],
  breaks: [],
  'not known': null,
}

function arnOf(path: string, user: string): string {
  return `arn:aws:iam::123456789012:user${path}${user}`
}

/** The verdict on the user of this number; each state of either verdict comes up beside each of the other. */
export function userVerdict(index: number, user: string): UserVerdict {
  const enforced = ENFORCED[(index + Math.floor(index / IF_ENFORCED.length)) % ENFORCED.length]!
  const ifEnforced = IF_ENFORCED[index % IF_ENFORCED.length]!
  const path = index % 7 === 3 ? '/team/platform/' : '/'
  const isMachine = ifEnforced === 'breaks'
  return {
    user,
    arn: arnOf(path, user),
    path,
    groups: isMachine ? [] : groupsOf(index),
    devices: DEVICES[ifEnforced],
    password: isMachine ? NO_PASSWORD : passwordOf(index, ifEnforced),
    keys: index % 4 === 2 && !isMachine ? [] : keysOf(index),
    lastActivity: index % 11 === 7 ? null : `2026-11-${10 + (index % 16)}T09:30:00Z`,
    enforced,
    by: enforced === 'no' ? [] : [RULES],
    open:
      enforced === 'yes'
        ? null
        : { action: 's3:ListAllMyBuckets', resource: '*', credentials: 'bareKey', by: ADMIN },
    dependsOn: enforced === 'partly' ? ['aws:SourceIp'] : [],
    exceptions: index % 10 === 4 ? [exceptionOf(index)] : [],
    isExcused: enforced !== 'yes' && index % 20 === 4,
    ifEnforced,
    canEnroll: canEnrollOf(index, ifEnforced),
    why: WHY[ifEnforced],
  }
}

function canEnrollOf(index: number, ifEnforced: IfEnforced): boolean | null {
  return ifEnforced === 'must enroll first' ? index % 2 === 0 : null
}

const NO_PASSWORD = { isEnabled: false, lastUsed: null, mustReset: null }

function passwordOf(index: number, ifEnforced: IfEnforced): NonNullable<UserVerdict['password']> {
  return {
    isEnabled: true,
    lastUsed: index % 6 === 1 ? null : `2026-10-${10 + (index % 20)}T08:00:00Z`,
    mustReset: ifEnforced === 'locked out',
  }
}

function groupsOf(index: number): string[] {
  return index % 4 === 0 ? ['developers', 'on-call'] : ['developers']
}

function exceptionOf(index: number): UserVerdict['exceptions'][number] {
  return {
    policy: RULES.policy,
    statement: RULES.sid,
    kind: 'tag',
    match: 'mfa=exempt',
    until: index % 20 === 4 ? '2027-03-31T00:00:00Z' : null,
  }
}

function keysOf(index: number): NonNullable<UserVerdict['keys']> {
  const first = {
    isActive: true,
    age: 17 + 31 * (index % 23),
    lastUsed: index % 5 === 1 ? null : '2026-11-24T06:12:00Z',
    lastService: index % 5 === 1 ? null : 's3',
  }
  return index % 8 === 0 ? [first, { ...first, isActive: false, age: 911 }] : [first]
}

const ROOT: UserVerdict = {
  ...userVerdict(0, '<root_account>'),
  arn: 'arn:aws:iam::123456789012:root',
  groups: [],
  devices: [null],
  keys: [],
  enforced: 'no',
  by: [],
  open: { action: 's3:ListAllMyBuckets', resource: '*', credentials: 'bareKey', by: null },
  why: 'Has a device. No policy of the account applies to root.',
}

export function summarize(users: readonly UserVerdict[]): Summary {
  const tally = <V extends string>(values: readonly V[], of: (user: UserVerdict) => V) =>
    Object.fromEntries(
      values.map((value) => [value, users.filter((user) => of(user) === value).length]),
    ) as Record<V, number>
  const number = (fits: (user: UserVerdict) => boolean): number => users.filter(fits).length
  return {
    users: users.length,
    enforced: tally(ENFORCED, ({ enforced }) => enforced),
    ifEnforced: tally(IF_ENFORCED, ({ ifEnforced }) => ifEnforced),
    withoutDevice: number(({ devices }) => devices?.length === 0),
    securityKeyOnly: number(({ ifEnforced }) => ifEnforced === 'works in the console only'),
    withPassword: number(({ password }) => password?.isEnabled === true),
    keys: users.flatMap(({ keys }) => keys ?? []).filter(({ isActive }) => isActive).length,
    rolesWithoutMfa: 2,
    exceptions: users.flatMap(({ exceptions }) => exceptions).length,
  }
}

/** A report on root and these users. */
export function auditReport(users: readonly UserVerdict[]): AuditReport {
  const named = (fits: (user: UserVerdict) => boolean): string[] =>
    users.filter(fits).map(({ user }) => user)
  return {
    account: { id: '123456789012', partition: 'aws' },
    readAt: '2026-11-27T18:05:00.000Z',
    scope: null,
    summary: summarize(users),
    users: [ROOT, ...users],
    roles: [
      {
        role: 'deploy',
        arn: 'arn:aws:iam::123456789012:role/deploy',
        users: named(({ enforced }) => enforced === 'no'),
        userCount: named(({ enforced }) => enforced === 'no').length,
        usersNotKnown: [],
        lastUsed: '2026-11-26T22:41:00Z',
      },
      {
        role: 'break-glass',
        arn: 'arn:aws:iam::123456789012:role/ops/break-glass',
        users: users.slice(0, 2).map(({ user }) => user),
        userCount: 2,
        usersNotKnown: [],
        lastUsed: null,
      },
    ],
    policies: [
      {
        policy: 'mfa_mandatory',
        arn: 'arn:aws:iam::123456789012:policy/mfa_mandatory',
        attachedTo: ['group developers'],
        findings: [],
      },
      {
        policy: 'require-mfa-old',
        arn: null,
        attachedTo: ['group on-call', 'user bob'],
        findings: [
          {
            code: 'bool-not-if-exists',
            severity: 'error',
            message:
              'Bool does not match a request with a long-term key, so the Deny leaves it open.',
            remedy: 'write BoolIfExists in place of Bool',
            policy: 'require-mfa-old',
            index: 2,
            statement: 'DenyAllExceptListedIfNoMFA',
          },
          {
            code: 'path-not-covered',
            severity: 'note',
            message: 'user/${aws:username} does not match users with a path.',
            remedy: 'add user/*/${aws:username}',
            policy: 'require-mfa-old',
            index: 1,
            statement: 'AllowOwnDevices',
          },
        ],
      },
    ],
    findings: users
      .filter(({ enforced }) => enforced !== 'yes')
      .map(({ arn, enforced }) => ({
        code: enforced === 'no' ? 'mfa-not-enforced' : 'mfa-partly-enforced',
        severity: enforced === 'no' ? 'error' : 'warning',
        subject: arn,
        message: 's3:ListAllMyBuckets gets through with an access key alone.',
        remedy: 'attach the policy with mfa-login policy apply',
      })),
    next: [
      {
        what: `Give ${named(({ ifEnforced }) => ifEnforced === 'breaks').length} machines a role or an exception that ends, before anything else: their keys are in use.`,
        commands: [
          'mfa-login policy apply --group developers --except-path /machines/ --until 2027-03-31 --profile admin',
        ],
        users: named(({ ifEnforced }) => ifEnforced === 'breaks'),
      },
      {
        what: `Let ${named(({ ifEnforced }) => ifEnforced === 'must enroll first').length} users enroll a device.`,
        commands: ['mfa-login device enroll --profile work'],
        users: named(({ ifEnforced }) => ifEnforced === 'must enroll first'),
      },
      {
        what: 'Attach the policy to the group of everybody who is not covered.',
        commands: ['mfa-login policy apply --group developers --profile admin'],
        users: named(({ enforced }) => enforced === 'no'),
      },
      { what: 'Register a second device for the root user.', commands: [], users: [] },
    ],
    unread: [],
  }
}

/** Twenty people twice: forty users in every state. */
export function fortyUsers(): AuditReport {
  const people = NAMES.split(' ')
  const names = [...people, ...people.map((each) => `${each}.ext`)].toSorted()
  return auditReport(names.map((user, index) => userVerdict(index, user)))
}

export function manyUsers(number: number): AuditReport {
  const users = Array.from({ length: number }, (_, index) =>
    userVerdict(index, `user-${String(index).padStart(5, '0')}`),
  )
  return auditReport(users)
}

/** Texts that would be more than text in a page that does not escape them. */
export const HOSTILE = [
  '<script>window.ran = true</script>',
  '"><img src=x onerror="window.ran = true">',
  "'><svg onload='window.ran = true'>",
  '</script><script>window.ran = true</script>',
  '</style><script>window.ran = true</script>',
  '<!--<script>',
  '&lt;b&gt;bold&lt;/b&gt;',
  'eve\u202eecila',
  'tab\there\u0000null\u001b[31mred',
  'x'.repeat(10_000),
  '{{constructor.constructor("window.ran = true")()}}',
  'javascript:window.ran = true',
]

/** The same report with hostile text in every field that may hold one. */
export function hostileReport(): AuditReport {
  const report = auditReport(HOSTILE.map((user, index) => userVerdict(index, user)))
  let next = 0
  const replace = (key: string, value: unknown): unknown =>
    typeof value === 'string' && !KEPT.has(key) ? HOSTILE[next++ % HOSTILE.length] : value
  return {
    ...(JSON.parse(JSON.stringify(report), replace) as AuditReport),
    users: report.users.map((user) => ({
      ...(JSON.parse(JSON.stringify(user), replace) as UserVerdict),
      user: user.user,
    })),
    unread: HOSTILE.map((text) => ({ action: text, code: text, lacks: text })),
  }
}

/** Fields that hold one of few values. */
const KEPT = new Set(['enforced', 'ifEnforced', 'severity', 'credentials'])
