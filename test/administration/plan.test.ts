import { describe, expect, it } from 'vitest'
import { planOf, type Existing } from '../../src/administration/plan.ts'
import { classicPolicy, strictPolicy } from '../../src/policy/documents.ts'

const version = (number: number, isDefault = false) => ({
  id: `v${number}`,
  isDefault,
  createdAt: number < 8 ? 1000 : 2000,
})

const existing = (parts: Partial<Existing> = {}): Existing => ({
  arn: 'arn:aws:iam::123456789012:policy/mfa_mandatory',
  defaultVersion: 'v1',
  attachments: 2,
  text: JSON.stringify(classicPolicy()),
  versions: [version(1, true)],
  ...parts,
})

describe('a plan', () => {
  it('creates what is not there, and attaches it', () => {
    expect(planOf(undefined, strictPolicy(), false)).toEqual([
      { kind: 'create' },
      { kind: 'attach' },
    ])
  })

  it('is empty where all is as it should be', () => {
    const same = existing({ text: JSON.stringify(strictPolicy()) })
    expect(planOf(same, strictPolicy(), true)).toEqual([])
    expect(planOf(same, strictPolicy(), false)).toEqual([{ kind: 'attach' }])
  })

  it('updates another text, and one it cannot read', () => {
    const update = { kind: 'update', attachments: 2 }
    expect(planOf(existing(), strictPolicy(), true)).toEqual([update])
    expect(planOf(existing({ text: '{' }), strictPolicy(), true)).toEqual([update])
  })

  it('deletes the oldest version of five, never the default', () => {
    const versions = [version(10), version(9), version(8), version(4), version(3, true)]
    expect(planOf(existing({ versions }), strictPolicy(), true)[0]).toEqual({
      kind: 'prune',
      version: 'v4',
    })
    const young = [version(10, true), version(11), version(9), version(8), version(12)]
    expect(planOf(existing({ versions: young }), strictPolicy(), true)[0]).toEqual({
      kind: 'prune',
      version: 'v8',
    })
    expect(planOf(existing({ versions: versions.slice(1) }), strictPolicy(), true)[0]).toEqual({
      kind: 'update',
      attachments: 2,
    })
  })
})
