/** Random accounts in which users, resources and policies often name each other. */
import fc from 'fast-check'
import type { AccountFacts } from '../../src/audit/model.ts'
import type { NamedPolicy } from '../../src/policy/evaluate.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { ACCOUNT, facts, group, managed, role, user } from './account-facts.ts'

export const iam = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`
export const s3 = (rest: string) => `arn:aws:s3:::${rest}`
const some = <T>(...values: T[]) => fc.constantFrom(...values)
const few = <T>(each: fc.Arbitrary<T>, maxLength = 3) =>
  fc.uniqueArray(each, { minLength: 1, maxLength })

const NAMES = ['alice', 'bob', 'al', 'work'] as const
const TEAMS = ['red', 'alice', undefined] as const
/** Policies of one service meet more often. */
const SERVICES = [
  {
    actions: ['s3:GetObject', 's3:ListBucket', 's3:*', '*'],
    resources: [
      'home/*',
      'home/alice/*',
      'home/${aws:username}/*',
      '*/${aws:username}/*',
      '${aws:PrincipalTag/team}/*',
      "home/${aws:PrincipalTag/team, 'bob'}/*",
      'red/*',
      '*/public/*',
    ].map(s3),
  },
  {
    actions: ['iam:PutUserPolicy', 'iam:*', '*'],
    resources: [
      'user/*',
      'user/alice',
      'user/team/*',
      'user/a*',
      '*/alice',
      'user/${aws:username}',
      'user/${aws:PrincipalTag/team}',
    ].map(iam),
  },
  {
    actions: ['sts:AssumeRole', 'sts:*', '*'],
    resources: [
      'role/*',
      'role/alice',
      'role/${aws:username}',
      'role/${aws:PrincipalTag/team}',
      '*/a*',
    ].map(iam),
  },
] as const
type Service = (typeof SERVICES)[number]

const NO_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }
const condition = some<object>(
  {},
  {},
  {},
  NO_MFA,
  NO_MFA,
  { Null: { 'aws:MultiFactorAuthPresent': 'true' } },
  { ...NO_MFA, StringNotEquals: { 'aws:username': 'alice' } },
  { ...NO_MFA, StringNotEquals: { 'aws:PrincipalTag/team': 'red' } },
  { ...NO_MFA, ArnNotLike: { 'aws:PrincipalArn': iam('user/team/*') } },
  { StringEquals: { 'aws:PrincipalTag/team': '${aws:username}' } },
  { StringLike: { 'aws:username': ['a*', '${aws:PrincipalTag/team}'] } },
  { ArnLike: { 'aws:PrincipalArn': iam('user/${aws:username}') } },
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
)
const statement = ({ actions, resources }: Service, effect: fc.Arbitrary<string>) =>
  fc
    .record({
      Effect: effect,
      action: fc.tuple(some('Action', 'Action', 'Action', 'NotAction'), few(some(...actions))),
      resource: fc.tuple(some('Resource', 'Resource', 'NotResource'), few(some('*', ...resources))),
      Condition: condition,
    })
    .map(({ Effect, action: [action, actions], resource: [resource, resources], Condition }) => ({
      Effect,
      [action]: actions,
      [resource]: resources,
      ...(Object.keys(Condition).length > 0 && { Condition }),
    }))
const policyOf = (service: Service, name: string, effect: fc.Arbitrary<string>) =>
  fc
    .record({
      Version: some('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
      Statement: fc.array(statement(service, effect), { minLength: 1, maxLength: 2 }),
    })
    .map((document): NamedPolicy => ({ name, document: readPolicy(document) }))

const accountWith = (service: Service): fc.Arbitrary<AccountFacts> =>
  fc
    .record({
      allowing: policyOf(service, 'allowing', some('Allow')),
      denying: policyOf(service, 'denying', some('Deny')),
      limit: policyOf(service, 'limit', some('Allow', 'Allow', 'Deny')),
      own: fc.option(policyOf(service, 'own', some('Allow', 'Deny')), { nil: undefined }),
      trusted: some<object>(
        { AWS: iam('root') },
        { AWS: '*' },
        { AWS: [iam('user/alice'), iam('root')] },
      ),
      trustCondition: condition,
      users: fc.shuffledSubarray([...NAMES], { minLength: 2 }).chain((names) =>
        fc.tuple(
          ...names.map((name) =>
            fc.record({
              name: fc.constant(name),
              path: some('/', '/', '/team/'),
              team: some(...TEAMS),
              isLimited: some(false, false, true),
              hasOwn: some(false, false, true),
            }),
          ),
        ),
      ),
    })
    .map(({ allowing, denying, limit, own, trusted, trustCondition, users }) => {
      const boundary = managed(limit)
      return facts({
        groups: [group('all', { inline: [allowing, denying] })],
        policies: new Map([[boundary.arn, boundary]]),
        roles: ['alice', 'work'].map((name) =>
          role(name, { Principal: trusted, Condition: trustCondition }),
        ),
        users: users.map(({ name, path, team, isLimited, hasOwn }) =>
          user(name, {
            path,
            groups: ['all'],
            tags: team === undefined ? {} : { team },
            ...(isLimited && { boundary: boundary.arn }),
            ...(hasOwn && own && { inline: [own] }),
          }),
        ),
      })
    })

export const randomAccount = fc.constantFrom(...SERVICES).chain(accountWith)
