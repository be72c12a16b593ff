/** Findings from AWS's own list of actions and their resources. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { actionsMatching, CATALOG_DATE } from '../../src/policy/actions/catalog.ts'
import { patternsOverlap } from '../../src/policy/actions/overlap.ts'
import type { Statement } from '../../src/policy/document.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import { matchesPattern } from '../../src/policy/pattern.ts'
import { found } from '../support/policies.ts'

const OWN = 'arn:aws:iam::*:user/${aws:username}'

/** Findings about one more Allow in the strict policy. */
function foundIn(action: string, ...resources: string[]) {
  const allow: Statement = { Sid: 'X', Effect: 'Allow', Action: [action], Resource: resources }
  const policy = { ...strictPolicy(), Statement: [...strictPolicy().Statement, allow] }
  return found(policy).filter(({ statement }) => statement === 'X')
}

describe('an action that AWS does not have', () => {
  it.each([
    ['iam:ListMFADevice', 'write iam:ListMFADevices'],
    ['iam:EnableMfaDevise', 'write iam:EnableMFADevice'],
    ['ima:ListUsers', 'write iam:ListUsers'],
    ['aim:ListMFADevices', 'write iam:ListMFADevices'],
    ['iam:*MFADevicez*', 'correct the name or take it out'],
    ['nosuchservice:*', 'correct the name or take it out'],
    ['iam:GetMFADevices', 'write iam:GetMFADevice'],
  ])('is a warning with the date of the list: %s', (action, remedy) => {
    expect(foundIn(action, '*')).toMatchObject([
      {
        code: 'unknown-action',
        severity: 'warning',
        message: `AWS had no action that ${action} matches on ${CATALOG_DATE}, the date of mfa-login's list.`,
        remedy,
      },
    ])
  })

  it.each([
    'IAM:listusers',
    'iam:List*',
    '*',
    '*:*',
    'ec2:Describe?nstances',
    'sts:GetSessionToken',
  ])('is not %s', (action) => expect(foundIn(action, '*')).toEqual([]))
})

describe('a resource that its action never has', () => {
  it('is found in the widely copied statement about the password rules', () => {
    expect(foundIn('iam:GetAccountPasswordPolicy', OWN)).toMatchObject([
      {
        code: 'resource-never-matches',
        severity: 'warning',
        remedy: 'set Resource to "*" in a statement of its own',
      },
    ])
  })

  it.each([
    ['iam:CreateVirtualMFADevice', OWN],
    ['iam:EnableMFADevice', 'arn:aws:iam::*:mfa/*'],
    ['iam:ListUsers', OWN],
    ['s3:GetObject', 'arn:aws:s3:::bucket'],
    ['sts:AssumeRole', 'arn:aws:iam::*:user/*'],
    ['sts:GetCallerIdentity', OWN],
    ['ec2:Describe*', 'arn:aws:s3:::bucket'],
  ])('is found: %s on %s', (action, resource) => {
    expect(foundIn(action, resource).map(({ code }) => code)).toContain('resource-never-matches')
  })

  it.each([
    ['iam:GetAccountPasswordPolicy', '*'],
    ['iam:EnableMFADevice', 'arn:aws:iam::*:*'],
    // IAM is asked for `user/`, and S3 for `arn:aws:s3:::*`.
    ['iam:ListUsers', 'arn:aws:iam::*:user/*'],
    ['s3:ListAllMyBuckets', 'arn:aws:s3:::*'],
    ['s3:GetObject', 'arn:aws:s3:::bucket*'],
    ['s3:*', 'arn:aws:s3:::bucket'],
    ['s3:GetObject', 'arn:aws:s3'],
    ['sts:AssumeRole', 'arn:aws:iam::123456789012:role/team/x'],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/t'],
  ])('is not found: %s on %s', (action, resource) => {
    expect(foundIn(action, resource).map(({ code }) => code)).not.toContain(
      'resource-never-matches',
    )
  })

  it('is found in a Deny, too', () => {
    const deny: Statement = {
      Sid: 'X',
      Effect: 'Deny',
      Action: ['iam:GetAccountSummary', 'iam:CreateUser'],
      Resource: ['arn:aws:iam::*:user/*'],
    }
    const policy = { ...strictPolicy(), Statement: [...strictPolicy().Statement, deny] }
    const [finding] = found(policy).filter(({ code }) => code === 'resource-never-matches')
    expect(finding?.message).toMatch(/^No request for iam:GetAccountSummary .*it denies none/)
  })
})

test('the catalog has the resources of an action', () => {
  expect(actionsMatching('iam:createvirtualmfadevice')).toEqual([
    { name: 'iam:CreateVirtualMFADevice', resources: ['arn:\0:iam::\0:mfa/*'] },
  ])
  expect(actionsMatching('*').length).toBeGreaterThan(20_000)
})

test('patternsOverlap finds a common text for each pair of patterns that has one', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  const overlapping = { yes: 0, no: 0 }
  const rules = { wildcards: 'any' } as const
  fc.assert(
    fc.property(
      pattern,
      pattern,
      fc.array(text, { minLength: 30, maxLength: 30 }),
      (a, b, texts) => {
        const overlaps = patternsOverlap(a, b)
        overlapping[overlaps ? 'yes' : 'no'] += 1
        expect(patternsOverlap(b, a)).toBe(overlaps)
        const common = texts.find(
          (each) => matchesPattern(each, a, rules) && matchesPattern(each, b, rules),
        )
        if (common !== undefined) expect(overlaps).toBe(true)
        // What overlaps has a common text of at most the length of both.
        if (!overlaps) expect(common).toBeUndefined()
        if (!/[*?]/.test(b)) expect(overlaps).toBe(matchesPattern(b, a, rules))
      },
    ),
    { numRuns: 2000 },
  )
  expect(Math.min(overlapping.yes, overlapping.no)).toBeGreaterThan(100)
})
