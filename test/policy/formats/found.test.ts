/** What `policy check` finds in files whose policies are spread out, not told, or broken. */
import { expect, it, test } from 'vitest'
import { checkFile } from '../../../src/policy/check-file.ts'
import { classicPolicy } from '../../../src/policy/documents.ts'
import { readPolicies } from '../../../src/policy/read-policies.ts'
import { NOW } from '../../support/policies.ts'

const find = async (file: object) => (await readPolicies(JSON.stringify(file), 'file')).policies
const check = async (file: object) =>
  checkFile(await readPolicies(JSON.stringify(file), 'file'), { type: undefined, now: NOW })
const template = (Resources: object) => ({ AWSTemplateFormatVersion: '2010-09-09', Resources })
const policy = (PolicyDocument: unknown, more = {}, Type = 'AWS::IAM::ManagedPolicy') => ({
  Type,
  Properties: { PolicyDocument, ...more },
})

it('Terraform’s JSON has blocks of one type in several objects', async () => {
  const body = { policy: JSON.stringify(classicPolicy()) }
  const resource = [{ aws_iam_policy: { x: body } }, { aws_iam_policy: [{ y: body }, { z: body }] }]
  expect((await find({ resource })).map(({ name }) => name)).toEqual(
    ['x', 'y', 'z'].map((name) => `aws_iam_policy.${name}`),
  )
})

it('Terraform joins the values of conditions on the same key', async () => {
  const condition = ['a', 'b'].map((value) => ({
    test: 'StringNotEquals',
    variable: 'aws:username',
    values: [value],
  }))
  const statement = { actions: ['*'], resources: ['*'], effect: 'Deny', condition }
  const [found] = await find({ data: { aws_iam_policy_document: { d: { statement } } } })
  expect(found!.document).toMatchObject({
    Statement: [{ Condition: { StringNotEquals: { 'aws:username': ['a', 'b'] } } }],
  })
})

it('an inline policy of groups and roles is checked as both', async () => {
  const owners = { Groups: ['g'], Roles: ['r'] }
  const both = template({ P: policy(classicPolicy(), owners, 'AWS::IAM::Policy') })
  const { checked, findings } = await check(both)
  expect(checked.map(({ policy: name, type }) => [name, type])).toEqual([
    ['P (group)', 'group'],
    ['P (role)', 'role'],
  ])
  expect(findings.map(({ code }) => code)).toContain('stops-roles')
})

test.each<[string, Record<string, unknown>, string]>([
  ['a parameter', { P: policy({ Ref: 'Doc' }) }, 'P'],
  ['nothing', { P: policy(undefined) }, 'P'],
  ['statements of a parameter', { P: policy({ Statement: [{ Ref: 'S' }] }) }, 'P'],
  ['a loop', { 'Fn::ForEach::L': ['I', ['a'], { P: policy({}) }] }, 'Fn::ForEach::L'],
  [
    'inline policies of a parameter',
    { G: { Type: 'AWS::IAM::Group', Properties: { Policies: { Ref: 'List' } } } },
    'G/#1',
  ],
])('a template with %s does not tell the policy', async (_, resources, name) => {
  const { notes, others, checked } = await check(
    template({ Gate: policy(classicPolicy()), ...resources }),
  )
  expect(checked.map((each) => each.policy)).toEqual(['Gate'])
  expect(others).toEqual([])
  expect(notes).toEqual([expect.stringContaining(`file: ${name} is `)])
})

it('a policy of Organizations that is no service control policy is named as such', async () => {
  const PolicySummary = { Name: 'tags', Type: 'TAG_POLICY' }
  const [found] = await find({ Policy: { PolicySummary, Content: '{"tags":{}}' } })
  expect(found!.unknown?.reason).toBe('a TAG_POLICY, which decides nothing about MFA')
})

const broken = '{x: "aws:MultiFactorAuthPresent"}'

it('a policy that cannot be read does not keep the others from being checked', async () => {
  const resources = { Bad: policy(broken), Gate: policy(classicPolicy()) }
  const { checked, unreadable, others } = await check(template(resources))
  expect(checked.map((each) => each.policy)).toEqual(['Gate'])
  expect(others).toEqual([])
  expect(unreadable.map(({ message }) => message)).toEqual([
    'file: line 1: Bad: Invalid symbol at 1:2 of its text.',
  ])
  const alone = await check(template({ Bad: policy(broken) }))
  expect(alone).toMatchObject({ findings: [], checked: [], unreadable: unreadable.slice(0, 1) })
})
