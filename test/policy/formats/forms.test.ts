/** Every form of a policy is read as the policy itself. */
import { describe, expect, it, test } from 'vitest'
import { readFound } from '../../../src/policy/read-found.ts'
import type { PolicyDocument } from '../../../src/policy/document.ts'
import { STYLES } from '../../../src/policy/documents.ts'
import { readPolicies } from '../../../src/policy/read-policies.ts'
import { AWS } from '../../fixtures/public-policies/aws.ts'
import { MODULES } from '../../fixtures/public-policies/modules.ts'
import { SNIPPETS } from '../../fixtures/public-policies/snippets.ts'
import { document } from '../../support/policy-facts.ts'
import { FORMS } from '../../support/policy-forms.ts'

async function readBack(text: string): Promise<PolicyDocument> {
  const { policies } = await readPolicies(text, 'file')
  expect(policies).toHaveLength(1)
  return readFound(policies[0]!, 'file').document
}

const PUBLIC = [...AWS, ...MODULES, ...SNIPPETS].map(
  (each) => [each.source, document(each)] as const,
)
const OWN = Object.entries(STYLES).map(([style, create]) => [style, create('aws-cn')] as const)
const ALL = [...OWN, ...PUBLIC]

describe.each(Object.entries(FORMS))('%s', (_, write) => {
  it.each(ALL)('%s', async (__, policy) => {
    expect(await readBack(write(policy))).toEqual(policy)
  })
})

test('the policies of the forms have variables, which each form escapes', () => {
  expect(PUBLIC.length).toBe(41)
  const variables = ALL.filter(([, policy]) => JSON.stringify(policy).includes('${'))
  expect(variables.length).toBeGreaterThan(15)
})
