/** Exceptions from the MFA Deny over time: who may work without MFA, until when, and what `policy check` says. */
import { describe, expect, it, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { exceptionsIn, isLeftOut, tagContext } from '../../src/policy/exceptions.ts'
import { locateStatements, predictFor } from '../../src/policy/mfa-deny.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { policySize } from '../../src/policy/size.ts'
import type { CredentialKind, Subject } from '../../src/policy/subject.ts'
import { withExceptions } from '../../src/policy/with-exceptions.ts'
import { codes, codesOfAll, found, GATE, named, NOW } from '../support/policies.ts'

const UNTIL = '2027-03-31T00:00:00Z'
const BEFORE = ['2026-11-27T12:00:00Z', '2027-03-30T23:59:59Z']
const AFTER = [UNTIL, '2027-03-31T00:00:01Z', '2030-01-01T00:00:00Z']
const EXCEPTIONS = {
  paths: ['/machines/', '/robots/'],
  tags: [
    { key: 'mfa', value: 'exempt' },
    { key: 'MFA', value: 'later' },
    { key: 'kind', value: 'machine' },
  ],
  until: UNTIL,
}
const EXCEPTED = withExceptions(strictPolicy(), EXCEPTIONS, 'aws')
const allowing = (statement: Partial<Statement>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'More', Effect: 'Allow', Resource: ['*'], ...statement }],
})
const both = (one: PolicyDocument, other: PolicyDocument): PolicyDocument => ({
  ...one,
  Statement: [...one.Statement, ...other.Statement],
})
const withGate = (Condition: Statement['Condition']): PolicyDocument => ({
  ...strictPolicy(),
  Statement: strictPolicy().Statement.map((each) =>
    each.Sid === GATE ? { ...each, Condition: { ...each.Condition, ...Condition } } : each,
  ),
})

interface Someone {
  readonly path?: string
  readonly tags?: Readonly<Record<string, string>>
}

function isDenied(
  policy: PolicyDocument,
  { path = '/', tags = {} }: Someone,
  at: string,
  kind: CredentialKind,
  action = 's3:ListAllMyBuckets',
): boolean {
  const subject: Subject = {
    partition: 'aws',
    account: '123456789012',
    user: 'ci',
    path,
    now: new Date(at),
  }
  const statements = locateStatements([named(policy)])
  const { decision } = predictFor(statements, subject, [action, '*'], kind, tagContext(tags))
  expect(decision).not.toBe('depends')
  return decision === 'explicitDeny'
}

describe('a policy with exceptions', () => {
  const machines: Someone[] = [
    { path: '/machines/' },
    { path: '/machines/build/' },
    { path: '/robots/' },
    { tags: { mfa: 'exempt' } },
    { tags: { mfa: 'later' } },
    { tags: { kind: 'machine' } },
    { path: '/machines/', tags: { kind: 'machine' } },
    { tags: { kind: 'person', mfa: 'exempt' } },
  ]
  const people: Someone[] = [
    {},
    { path: '/team/' },
    { path: '/team/machines/' },
    { path: '/machines2/' },
    { tags: { mfa: 'exempted', kind: 'exempt' } },
    { tags: { mfa: '' } },
  ]
  const kinds = ['bareKey', 'sessionWithoutMfa'] as const

  it.each(machines)('lets %j work without MFA until the day, and no longer', (someone) => {
    for (const kind of kinds) {
      for (const at of BEFORE) expect(isDenied(EXCEPTED, someone, at, kind)).toBe(false)
      for (const at of AFTER) expect(isDenied(EXCEPTED, someone, at, kind)).toBe(true)
    }
  })

  it.each(people)('denies %j at all times', (someone) => {
    for (const kind of kinds)
      for (const at of [...BEFORE, ...AFTER])
        expect(isDenied(EXCEPTED, someone, at, kind)).toBe(true)
  })

  it('denies nobody with MFA, and nobody what enrolling takes', () => {
    for (const someone of [...machines, ...people])
      for (const at of [...BEFORE, ...AFTER]) {
        expect(isDenied(EXCEPTED, someone, at, 'mfaSession')).toBe(false)
        expect(isDenied(EXCEPTED, someone, at, 'bareKey', 'iam:EnableMFADevice')).toBe(false)
      }
  })

  it.each([
    ['strict', strictPolicy],
    ['classic', classicPolicy],
  ])('is one that IAM takes: %s', (_, style) => {
    const policy = withExceptions(style('aws-cn'), EXCEPTIONS, 'aws-cn')
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
    expect(policySize(JSON.stringify(policy))).toBeLessThan(4096)
  })

  it('has each exception with its end, once', () => {
    const exceptions = exceptionsIn(locateStatements([named(EXCEPTED)]))
    expect(exceptions.map(({ at, ...each }) => ({ ...each, sid: at.statement.Sid }))).toEqual([
      { kind: 'path', path: '/machines/', until: UNTIL, sid: GATE },
      { kind: 'path', path: '/robots/', until: UNTIL, sid: GATE },
      { kind: 'tag', key: 'mfa', value: 'exempt', until: UNTIL, sid: GATE },
      { kind: 'tag', key: 'mfa', value: 'later', until: UNTIL, sid: GATE },
      { kind: 'tag', key: 'kind', value: 'machine', until: UNTIL, sid: GATE },
    ])
  })
})

describe('exceptionsIn', () => {
  const inPolicies = (...policies: PolicyDocument[]) =>
    exceptionsIn(locateStatements(policies.map((each, index) => named(each, `p${index}`)))).map(
      ({ at, ...each }) => (at.statement.Sid === GATE ? each : at),
    )
  const machines = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:user/machines/*'] } }
  const path = { kind: 'path', path: '/machines/' }

  it('finds none in the policies without exceptions', () => {
    expect(inPolicies(strictPolicy(), classicPolicy())).toEqual([])
  })

  test.each<[string, Statement['Condition'], object[]]>([
    ['an ARN under a path', machines, [{ ...path, until: undefined }]],
    [
      'the ARN of a user',
      { StringNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:user/machines/ci-*'] } },
      [{ kind: 'user', user: 'machines/ci-*', until: undefined }],
    ],
    [
      'names',
      { StringNotEquals: { 'aws:username': ['ci', 'deploy'] } },
      [
        { kind: 'user', user: 'ci', until: undefined },
        { kind: 'user', user: 'deploy', until: undefined },
      ],
    ],
    [
      'a tag in other letters',
      { StringNotEqualsIgnoreCaseIfExists: { 'AWS:principaltag/Team': ['robots'] } },
      [{ kind: 'tag', key: 'Team', value: 'robots', until: undefined }],
    ],
    ['a role', { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/work'] } }, []],
    ['what only some users are denied', { StringEquals: { 'aws:PrincipalTag/mfa': ['on'] } }, []],
  ])('reads %s', (_, condition, exceptions) => {
    expect(inPolicies(withGate(condition))).toEqual(exceptions)
  })

  it('finds no exception where another Deny, also of another policy, leaves nobody out', () => {
    expect(inPolicies(withGate(machines), strictPolicy())).toEqual([])
    expect(inPolicies(withGate(machines), withGate({}))).toEqual([])
    expect(inPolicies(withGate(machines), withGate(machines))).toHaveLength(1)
  })

  it.each([
    [{ DateGreaterThan: { 'aws:CurrentTime': ['2027-03-31'] } }, UNTIL],
    [{ NumericGreaterThanEquals: { 'aws:EpochTime': ['1806451200'] } }, UNTIL],
    [{ DateGreaterThanEquals: { 'aws:EpochTime': ['2027-03-31T02:00:00+02:00'] } }, UNTIL],
    [{ DateLessThan: { 'aws:CurrentTime': ['2027-03-31'] } }, undefined],
  ])('takes %j of another Deny for the end %s', (condition, until) => {
    expect(inPolicies(withGate(machines), withGate(condition))).toEqual([{ ...path, until }])
  })

  it('ends each of several exceptions on its own day', () => {
    const robots = { StringNotEquals: { 'aws:PrincipalTag/kind': ['robot'] } }
    const from = (day: string) => ({ DateGreaterThanEquals: { 'aws:CurrentTime': [day] } })
    const policies = [
      withGate({ ...machines, ...robots }),
      withGate({ ...robots, ...from('2027-01-01') }),
      withGate(from('2028-01-01')),
    ]
    expect(inPolicies(...policies)).toEqual([
      { ...path, until: '2027-01-01T00:00:00Z' },
      { kind: 'tag', key: 'kind', value: 'robot', until: '2028-01-01T00:00:00Z' },
    ])
  })

  it('isLeftOut knows users by path, tag and time', () => {
    const denies = locateStatements([named(EXCEPTED)]).filter(
      ({ statement }) => statement.Effect === 'Deny',
    )
    const isOut = (user: string, path: string, tags: Record<string, string>, at: string) => {
      const subject = { partition: 'aws', account: '123456789012', user, path, now: new Date(at) }
      return isLeftOut(denies, { subject, tags })
    }
    expect(isOut('ci', '/machines/', {}, BEFORE[1]!)).toBe(true)
    expect(isOut('ci', '/machines/', {}, UNTIL)).toBe(false)
    expect(isOut('ci', '/', { kind: 'machine' }, BEFORE[1]!)).toBe(true)
    expect(isOut('ci', '/', { kind: 'person' }, BEFORE[1]!)).toBe(false)
  })
})

describe('checkPolicies', () => {
  const oneTag = { paths: [], tags: [{ key: 'mfa', value: 'exempt' }], until: UNTIL }
  const onePath = { paths: ['/machines/'], tags: [], until: UNTIL }
  const byTag = withExceptions(strictPolicy(), oneTag, 'aws')
  const byPath = withExceptions(strictPolicy(), onePath, 'aws')

  it('has notes for exceptions that end', () => {
    expect(codes(byTag)).toEqual(['exception'])
    expect(codes(byPath)).toEqual(['exception', 'exception-without-boundary'])
    expect(found(byPath)[0]!.message).toBe(
      'The Deny leaves out users under /machines/ until 2027-03-31T00:00:00Z.',
    )
  })

  it('has a note for an exception that has ended, and looks for no holes in it', () => {
    const ended = { ...onePath, until: '2026-11-27T12:00:00Z' }
    expect(codes(withExceptions(strictPolicy(), ended, 'aws'))).toEqual(['exception-ended'])
    const last = { ...onePath, until: '2026-11-27T12:00:01Z' }
    expect(codes(withExceptions(strictPolicy(), last, 'aws'))).toContain('exception')
    expect(NOW.toISOString()).toContain('2026-11-27T12:00:00')
  })

  it('warns of an exception without an end', () => {
    const policy = withGate({ StringNotEquals: { 'aws:PrincipalTag/mfa': ['exempt'] } })
    expect(codes(policy)).toEqual(['exception-without-end'])
  })

  it.each<[string, Partial<Statement>, boolean]>([
    ['tags users', { Action: ['iam:TagUser'] }, true],
    [
      'tags the own user',
      { Action: ['iam:Tag*'], Resource: ['arn:aws:iam::*:user/${aws:username}'] },
      true,
    ],
    [
      'tags with MFA',
      { Action: ['iam:TagUser'], Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } } },
      true,
    ],
    [
      'tags with this tag',
      {
        Action: ['iam:TagUser'],
        Condition: { StringEquals: { 'aws:RequestTag/mfa': ['exempt'] } },
      },
      true,
    ],
    [
      'tags with another value',
      { Action: ['iam:TagUser'], Condition: { StringEquals: { 'aws:RequestTag/mfa': ['on'] } } },
      false,
    ],
    [
      'tags with another key',
      {
        Action: ['iam:TagUser'],
        Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
      },
      false,
    ],
    ['tags roles', { Action: ['iam:TagUser'], Resource: ['arn:aws:iam::*:role/*'] }, false],
    ['may do all in IAM', { Action: ['iam:*'] }, true],
    ['may do everything', { Action: ['*'] }, true],
    ['may do everything but S3', { NotAction: ['s3:*'] }, true],
    ['tags by a pattern', { Action: ['iam:Tag*'] }, true],
    [
      'may do all in IAM with MFA',
      { Action: ['iam:*'], Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } } },
      true,
    ],
    [
      'may do all with the own user',
      { Action: ['iam:*'], Resource: ['arn:aws:iam::*:user/${aws:username}'] },
      true,
    ],
    ['may do all with roles', { Action: ['iam:*'], Resource: ['arn:aws:iam::*:role/*'] }, false],
    [
      'may do everything but tag this',
      { Action: ['*'], Condition: { StringNotEquals: { 'aws:RequestTag/mfa': ['exempt'] } } },
      false,
    ],
  ])('asks whether a user who %s can become an exception', (_, statement, isHole) => {
    const all = codesOfAll(byTag, allowing(statement))
    expect(all.includes('exception-self-granted')).toBe(isHole)
    expect(codes(both(byTag, allowing(statement))).includes('exception-self-granted')).toBe(isHole)
  })

  it('sees a Deny of tagging, and names the Allow', () => {
    const tagging = allowing({ Action: ['iam:TagUser'] })
    const denied = allowing({ Sid: 'No', Effect: 'Deny', Action: ['iam:TagUser'] })
    expect(codesOfAll(byTag, tagging, denied)).not.toContain('exception-self-granted')
    expect(found(both(byTag, tagging))[0]).toMatchObject({
      code: 'exception-self-granted',
      severity: 'error',
      message:
        'Users can make themselves users with the tag mfa=exempt, who need no MFA: More allows iam:TagUser.',
    })
  })

  it.each<[string[], boolean]>([
    [['*'], true],
    [['arn:aws:iam::*:user/*'], true],
    [['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'], true],
    [['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/team/${aws:username}'], false],
  ])(
    'asks whether a user who may update %j can move under an excepted path',
    (Resource, isHole) => {
      const moving = allowing({ Action: ['iam:UpdateUser'], Resource })
      expect(codesOfAll(byPath, moving).includes('exception-self-granted')).toBe(isHole)
    },
  )
})
