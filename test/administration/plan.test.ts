import { describe, expect, it } from 'vitest'
import { planSteps, type ExistingPolicy } from '../../src/administration/plan.ts'
import { classicPolicy, strictPolicy } from '../../src/policy/documents.ts'

const version = (number: number, isDefault = false) => ({
  id: `v${number}`,
  isDefault,
  createdAt: number < 8 ? 1000 : 2000,
})

const existing = (parts: Partial<ExistingPolicy> = {}): ExistingPolicy => ({
  arn: 'arn:aws:iam::123456789012:policy/mfa_mandatory',
  defaultVersion: 'v1',
  attachments: 2,
  text: JSON.stringify(classicPolicy()),
  versions: [version(1, true)],
  ...parts,
})

describe('a plan', () => {
  it('creates a policy that does not exist, and attaches it', () => {
    expect(planSteps(undefined, strictPolicy(), false)).toEqual([
      { kind: 'create-policy' },
      { kind: 'attach-policy' },
    ])
  })

  it('is empty if the policy exists and is attached', () => {
    const same = existing({ text: JSON.stringify(strictPolicy()) })
    expect(planSteps(same, strictPolicy(), true)).toEqual([])
    expect(planSteps(same, strictPolicy(), false)).toEqual([{ kind: 'attach-policy' }])
  })

  it('creates a version over another text, and over one that cannot be parsed', () => {
    const createVersion = { kind: 'create-version', attachments: 2 }
    expect(planSteps(existing(), strictPolicy(), true)).toEqual([createVersion])
    expect(planSteps(existing({ text: '{' }), strictPolicy(), true)).toEqual([createVersion])
  })

  it('deletes the oldest version of five, but never the default version', () => {
    const versions = [version(10), version(9), version(8), version(4), version(3, true)]
    expect(planSteps(existing({ versions }), strictPolicy(), true)[0]).toEqual({
      kind: 'delete-version',
      version: 'v4',
    })
    const young = [version(10, true), version(11), version(9), version(8), version(12)]
    expect(planSteps(existing({ versions: young }), strictPolicy(), true)[0]).toEqual({
      kind: 'delete-version',
      version: 'v8',
    })
    expect(planSteps(existing({ versions: versions.slice(1) }), strictPolicy(), true)[0]).toEqual({
      kind: 'create-version',
      attachments: 2,
    })
  })
})
