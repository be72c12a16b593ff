/** Each of our policies with any one element removed or weakened: a finding, or a reason why it is as good. */
import { describe, expect, test } from 'vitest'
import type { Conditions, PolicyDocument, Statement } from '../../src/policy/document.ts'
import { actionsMatching } from '../../src/policy/actions/catalog.ts'
import { allowAllPolicy, STYLES } from '../../src/policy/documents.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { found, named } from '../support/policies.ts'

type Mutation = readonly [name: string, policy: PolicyDocument]

const LISTS = ['Action', 'NotAction', 'Resource'] as const

function mutationsOf(policy: PolicyDocument): Mutation[] {
  return [
    ['Version 2008-10-17', { ...policy, Version: '2008-10-17' }],
    ...policy.Statement.flatMap((statement, index) =>
      statementMutations(statement).map(([name, changed]): Mutation => [
        `${statement.Sid}: ${name}`,
        { ...policy, Statement: policy.Statement.toSpliced(index, 1, ...changed) },
      ]),
    ),
  ]
}

function statementMutations(statement: Statement): [string, Statement[]][] {
  const { Effect, Action, Condition } = statement
  return [
    ['removed', []],
    ['other Effect', [{ ...statement, Effect: Effect === 'Allow' ? 'Deny' : 'Allow' }]],
    ...listMutations(statement),
    ...(Effect === 'Allow' && !statement.Resource!.includes('*')
      ? [['Resource *', [{ ...statement, Resource: ['*'] }]] as [string, Statement[]]]
      : []),
    ...(Action === undefined
      ? [['NotAction with *', [{ ...statement, NotAction: ['*'] }]] as [string, Statement[]]]
      : [['Action *', [{ ...statement, Action: ['*'] }]] as [string, Statement[]]]),
    ...(Condition === undefined ? [] : conditionMutations(statement, Condition)),
  ]
}

function listMutations(statement: Statement): [string, Statement[]][] {
  return LISTS.flatMap((element) => {
    const list = statement[element] ?? []
    // IAM takes no empty list.
    if (list.length < 2) return []
    return list.map((item): [string, Statement[]] => [
      `${element} without ${item}`,
      [{ ...statement, [element]: list.filter((each) => each !== item) }],
    ])
  })
}

function conditionMutations(statement: Statement, condition: Conditions): [string, Statement[]][] {
  const unconditional = { ...statement }
  delete unconditional.Condition
  return [
    ['no Condition', [unconditional]],
    ...Object.entries(condition).flatMap(([operator, keys]): [string, Statement[]][] => {
      const other = operator === 'Bool' ? 'BoolIfExists' : 'Bool'
      return [
        [other, [{ ...statement, Condition: { [other]: keys } }]],
        ...Object.entries(keys).flatMap(([key, values]): [string, Statement[]][] => {
          const rest = Object.fromEntries(Object.entries(keys).filter(([each]) => each !== key))
          const flipped = values.map((value) => (value === 'true' ? 'false' : 'true'))
          const without: [string, Statement[]][] =
            Object.keys(rest).length === 0
              ? []
              : [[`without ${key}`, [{ ...statement, Condition: { [operator]: rest } }]]]
          return [
            ...without,
            [
              `other value of ${key}`,
              [{ ...statement, Condition: { [operator]: { ...keys, [key]: flipped } } }],
            ],
          ]
        }),
      ]
    }),
  ]
}

/** Changes without a finding, by the reason why they need none; shown below with the evaluator. */
const EQUIVALENT: Readonly<Record<string, Readonly<Record<string, readonly RegExp[]>>>> = {
  strict: {
    'allows more with MFA only: the Deny covers it without': [
      /^Allow\w+: Action \*$/,
      /^Allow(Creating|Deleting)\w+: Resource \*$/,
      /^Allow\w+WithMfa: (no Condition|other value)/,
    ],
    'takes away what enrolling does not need': [
      /^Allow(Lists|\w+WithMfa): (removed|other Effect)$/,
      /^AllowLists: Action without iam:List(Users|VirtualMFADevices)$/,
      /^AllowOwnDevices: Action without iam:(Get|Resync)MFADevice$/,
      /^AllowDeactivatingWithMfa: Resource without/,
      /^Deny\w+: NotAction without iam:List(Users|VirtualMFADevices)$/,
    ],
  },
  classic: {
    'allows more with MFA only: the Deny covers it without': [
      /^Allow\w+: Action \*$/,
      /^AllowOwnPassword: Resource \*$/,
      /^Allow\w+WithMfa: (no Condition|other value)/,
    ],
    'takes away what enrolling does not need': [
      /^Allow(ReadingPasswordRules|OwnPassword|OwnAccessKeys|Lists|\w+WithMfa): (removed|other Effect)$/,
      /^Allow(OwnPassword|OwnAccessKeys|Lists): Action without/,
      /^AllowOwnDevices: Action without iam:(DeleteVirtual|Resync)MFADevice$/,
      /^Allow(OwnPassword|OwnAccessKeys|DeactivatingWithMfa): Resource without/,
      /^Deny\w+: NotAction without iam:(ChangePassword|GetUser|CreateAccessKey|ListAccessKeys|UpdateAccessKey|ListUsers|ListVirtualMFADevices|DeleteVirtualMFADevice)$/,
    ],
  },
}

const ACCOUNT = 'arn:aws:iam::123456789012'
const RESOURCES = [`${ACCOUNT}:user/alice`, `${ACCOUNT}:user/bob`, `${ACCOUNT}:mfa/x`, '*']
const ACTIONS = [
  ...actionsMatching('iam:*').map(({ name }) => name),
  ...['s3:GetObject', 'ec2:RunInstances', 'sts:AssumeRole', 'dynamodb:PutItem'],
]
const REQUESTS = ACTIONS.flatMap((action) => RESOURCES.map((resource) => ({ action, resource })))

/** The requests without MFA that a policy lets through beside one that allows everything. */
function openWithoutMfa(document: PolicyDocument): Set<string> {
  const policies = [named(document), named(allowAllPolicy(), 'all')]
  const open = [{}, { 'aws:MultiFactorAuthPresent': 'false' }].flatMap((mfa, kind) => {
    const context = { 'aws:username': 'alice', 'aws:ViaAWSService': 'false', ...mfa }
    return REQUESTS.filter(
      (request) => evaluate(policies, { ...request, context }).decision === 'allowed',
    ).map(({ action, resource }) => `${kind} ${action} ${resource}`)
  })
  return new Set(open)
}

const findingsIn = (policy: PolicyDocument): string[] =>
  found(policy).map(({ code, message, statement }) => `${code} ${statement} ${message}`)

describe.each(['strict', 'classic'] as const)('the %s policy', (style) => {
  const policy = STYLES[style]()
  const before = findingsIn(policy)
  const all = mutationsOf(policy)
  const silent = all.filter(([, mutated]) =>
    findingsIn(mutated).every((each) => before.includes(each)),
  )
  const reasons = Object.values(EQUIVALENT[style]!).flat()

  test('has a finding for each change, but for those in the table', () => {
    expect(all.length).toBeGreaterThan(40)
    const names = silent.map(([name]) => name)
    expect(names.filter((name) => !reasons.some((reason) => reason.test(name)))).toEqual([])
    // No reason is left over.
    expect(reasons.filter((reason) => !names.some((name) => reason.test(name)))).toEqual([])
  })

  test('opens nothing without MFA by a change in the table, and still lets users enroll', () => {
    const open = openWithoutMfa(policy)
    expect(open.size).toBeGreaterThan(10)
    for (const [name, mutated] of silent) {
      const opened = [...openWithoutMfa(mutated)].filter((each) => !open.has(each))
      expect(opened, name).toEqual([])
      const codes = found(mutated).map(({ code }) => code)
      expect(codes, name).not.toContain('enrolment-blocked')
      expect(codes, name).not.toContain('enrolment-not-allowed')
    }
  }, 180_000)
})
