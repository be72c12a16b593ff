import { expect, test } from 'vitest'
import type { PolicyRequest } from '../../src/policy/evaluate.ts'
import { decide, simulate } from '../support/simulate.ts'

const KEY = 'aws:PrincipalTag/any'
const USER = 'arn:aws:iam::123456789012:user/alice'

interface Difference {
  readonly element: object
  readonly context?: PolicyRequest['context']
  /** Whether it allows the request, by the guide; it does unless this says no. */
  readonly isAllowed?: boolean
}

/** By chapter of the IAM User Guide: an Allow that iam-simulate decides otherwise. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'Resource: a star at the end of a segment matches colons': {
    element: { Resource: 'arn:aws:iam:*:user/alice' },
  },
  'Resource: an incomplete ARN is completed, also in NotResource': {
    element: { NotResource: 'arn:aws:s3' },
  },
  'Policy variables: a NotResource whose variable has no value matches no resource': {
    element: { NotResource: 'arn:aws:iam::*:user/${aws:PrincipalTag/none}' },
  },
  'Policy variables: a negated operator matches a variable without a value': {
    element: { Condition: { StringNotEquals: { [KEY]: '${aws:PrincipalTag/none}' } } },
    context: { [KEY]: 'x' },
  },
  'Policy variables: ${*} is an asterisk wherever variables are': {
    element: { Condition: { StringEquals: { [KEY]: '${*}' } } },
    context: { [KEY]: '*' },
  },
  'Condition operators: with IfExists, an absent key makes the condition true': {
    element: { Condition: { 'ForAnyValue:StringEqualsIfExists': { [KEY]: 'x' } } },
  },
  'Condition operators: a date is ISO 8601 or seconds since the epoch': {
    element: { Condition: { DateEquals: { [KEY]: '1767225600' } } },
    context: { [KEY]: '2026-01-01T00:00:00Z' },
  },
  'Condition operators: a year alone is a date of W3C’s profile': {
    element: { Condition: { DateLessThan: { [KEY]: '2026' } } },
    context: { [KEY]: '2025-12-31T00:00:00Z' },
  },
  'Condition operators: 0.0.0.0/0 has every IPv4 address': {
    element: { Condition: { IpAddress: { [KEY]: '0.0.0.0/0' } } },
    context: { [KEY]: '203.0.113.5' },
  },
  'Condition operators: an IPv6 address is not an IPv4 address': {
    element: { Condition: { NotIpAddress: { [KEY]: '203.0.113.5' } } },
    context: { [KEY]: '2001:db8::1' },
  },
  'Condition operators: an IPv6 address is the same however it is written': {
    element: { Condition: { NotIpAddress: { [KEY]: '2001:db8::1' } } },
    context: { [KEY]: '2001:DB8:0::1' },
    isAllowed: false,
  },
}

test.each(Object.entries(DIFFERENCES))(
  'iam-simulate differs from the guide, the evaluator does not; %s',
  (_, { element, context = {}, isAllowed = true }) => {
    const all = 'NotResource' in element ? {} : { Resource: '*' }
    const policies = [
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', ...all, ...element } },
    ]
    const request = { action: 'iam:GetUser', resource: USER, context }
    expect(decide(policies, request)).toBe(isAllowed ? 'allowed' : 'implicitDeny')
    // Once it agrees, take the case out of this list and into the generated ones.
    expect(simulate(policies, request)).not.toBe(decide(policies, request))
  },
)
