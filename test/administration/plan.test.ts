import { describe, expect, it } from 'vitest'
import {
  planRemoval,
  planRestoration,
  planSteps,
  type ExistingPolicy,
} from '../../src/administration/plan.ts'
import { classicPolicy, MARK, strictPolicy } from '../../src/policy/documents.ts'

const version = (number: number, isDefault = false) => ({
  id: `v${number}`,
  isDefault,
  createdAt: number < 8 ? 1000 : 2000,
})

const existing = (parts: Partial<ExistingPolicy> = {}): ExistingPolicy => ({
  arn: 'arn:aws:iam::123456789012:policy/mfa_mandatory',
  defaultVersion: 'v1',
  attachments: 2,
  boundaryUses: 0,
  description: MARK,
  text: JSON.stringify(classicPolicy()),
  versions: [version(1, true)],
  ...parts,
})

const ATTACHED = { isAttached: true, mostVersions: 5 }
const NOT_ATTACHED = { isAttached: false, mostVersions: 5 }

describe('a plan', () => {
  it('creates a policy that does not exist, and attaches it', () => {
    expect(planSteps(undefined, strictPolicy(), NOT_ATTACHED)).toEqual([
      { kind: 'create-policy' },
      { kind: 'attach-policy' },
    ])
  })

  it('is empty if the policy exists and is attached', () => {
    const same = existing({ text: JSON.stringify(strictPolicy()) })
    expect(planSteps(same, strictPolicy(), ATTACHED)).toEqual([])
    expect(planSteps(same, strictPolicy(), NOT_ATTACHED)).toEqual([{ kind: 'attach-policy' }])
  })

  it('creates a version over another text, and over one that cannot be parsed', () => {
    const createVersion = { kind: 'create-version', attachments: 2 }
    expect(planSteps(existing(), strictPolicy(), ATTACHED)).toEqual([createVersion])
    expect(planSteps(existing({ text: '{' }), strictPolicy(), ATTACHED)).toEqual([createVersion])
  })

  it('deletes the oldest version of five, but never the default version', () => {
    const versions = [version(10), version(9), version(8), version(4), version(3, true)]
    expect(planSteps(existing({ versions }), strictPolicy(), ATTACHED)[0]).toEqual({
      kind: 'delete-version',
      version: 'v4',
      why: 'the oldest, as AWS keeps five',
    })
    const young = [version(10, true), version(11), version(9), version(8), version(12)]
    expect(planSteps(existing({ versions: young }), strictPolicy(), ATTACHED)[0]).toEqual({
      kind: 'delete-version',
      version: 'v8',
      why: 'the oldest, as AWS keeps five',
    })
    expect(
      planSteps(existing({ versions: versions.slice(1) }), strictPolicy(), ATTACHED)[0],
    ).toEqual({
      kind: 'create-version',
      attachments: 2,
    })
  })
})

describe('a removal', () => {
  const kinds = (policy: ExistingPolicy | undefined, isAttached = true) =>
    planRemoval(policy, { isAttached }).map((step) =>
      'version' in step ? `${step.kind} ${step.version}` : step.kind,
    )
  const versions = [version(10), version(9), version(3, true)]

  it('only detaches where others have the policy, also as their boundary', () => {
    expect(kinds(existing({ versions }))).toEqual(['detach-policy'])
    expect(kinds(existing({ versions, attachments: 1, boundaryUses: 1 }))).toEqual([
      'detach-policy',
    ])
  })

  it('deletes what nothing else has, other versions first', () => {
    const all = ['delete-version v9', 'delete-version v10', 'delete-policy v3']
    expect(kinds(existing({ versions, attachments: 1, defaultVersion: 'v3' }))).toEqual([
      'detach-policy',
      ...all,
    ])
    expect(kinds(existing({ versions, attachments: 0, defaultVersion: 'v3' }), false)).toEqual(all)
  })

  it('only detaches what mfa-login did not create', () => {
    const copied = existing({ versions, attachments: 1, description: '' })
    expect(kinds(copied)).toEqual(['detach-policy'])
    expect(kinds({ ...copied, attachments: 0 }, false)).toEqual([])
  })

  it('is empty where there is nothing to do', () => {
    expect(kinds(undefined)).toEqual([])
    expect(kinds(existing({ versions }), false)).toEqual([])
  })
})

describe('a restoration', () => {
  const steps = (...versions: ExistingPolicy['versions']) =>
    planRestoration(existing({ versions }))?.steps.map((step) =>
      'version' in step ? `${step.kind} ${step.version}` : step.kind,
    )

  it('makes the newest older version the default, and deletes the one it replaces', () => {
    expect(steps(version(10, true), version(9), version(3))).toEqual([
      'restore-version v9',
      'delete-version v10',
    ])
  })

  it('goes on where it was interrupted', () => {
    expect(steps(version(10), version(9, true), version(3))).toEqual(['delete-version v10'])
  })

  it('needs an older version', () => {
    expect(steps(version(1, true))).toBeUndefined()
  })
})
