/** The steps that applying a policy takes, or removing it; pure. */
import { isDeepStrictEqual } from 'node:util'
import type { ManagedPolicy, PolicyVersion } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { readPolicyText } from '../policy/read-text.ts'
import { hasMark } from './own-policy.ts'

/** A managed policy of the account with its default version's text. */
export interface ExistingPolicy extends ManagedPolicy {
  readonly text: string
  readonly versions: readonly PolicyVersion[]
}

export type PolicyStep =
  | { readonly kind: 'create-policy' }
  | { readonly kind: 'delete-version'; readonly version: string; readonly why: string }
  /** `attachments` counts the users, groups and roles that have the policy already. */
  | { readonly kind: 'create-version'; readonly attachments: number }
  | { readonly kind: 'attach-policy' }
  | { readonly kind: 'detach-policy' }
  /** `attachments` as above. */
  | { readonly kind: 'restore-version'; readonly version: string; readonly attachments: number }
  /** `version` is the default version, which goes with the policy. */
  | { readonly kind: 'delete-policy'; readonly version: string }

export function planSteps(
  existing: ExistingPolicy | undefined,
  document: PolicyDocument,
  { isAttached, mostVersions }: { readonly isAttached: boolean; readonly mostVersions: number },
): PolicyStep[] {
  const attach: PolicyStep[] = isAttached ? [] : [{ kind: 'attach-policy' }]
  if (existing === undefined) return [{ kind: 'create-policy' }, ...attach]
  if (isSamePolicy(existing.text, document)) return attach
  const { attachments } = existing
  return [...makeRoom(existing, mostVersions), { kind: 'create-version', attachments }, ...attach]
}

/** Deletes the oldest version except for the default version, which IAM does not delete. */
function makeRoom({ versions }: ExistingPolicy, mostVersions: number): PolicyStep[] {
  if (versions.length < mostVersions) return []
  const [oldest] = versions.filter(({ isDefault }) => !isDefault).toSorted(byAge)
  if (oldest === undefined) return []
  return [{ kind: 'delete-version', version: oldest.id, why: 'the oldest, as AWS keeps five' }]
}

/** Of the same second, v12 is later than v9. */
function byAge(a: PolicyVersion, b: PolicyVersion): number {
  return a.createdAt - b.createdAt || a.id.localeCompare(b.id, 'en', { numeric: true })
}

/** Takes a policy from one who has it, and deletes it where nothing else has it and mfa-login created it. */
export function planRemoval(
  existing: ExistingPolicy | undefined,
  { isAttached }: { readonly isAttached: boolean },
): PolicyStep[] {
  if (existing === undefined) return []
  const detach: PolicyStep[] = isAttached ? [{ kind: 'detach-policy' }] : []
  const others = usesOf(existing) - detach.length
  if (others > 0 || !hasMark(existing)) return detach
  const versions = existing.versions.filter(({ isDefault }) => !isDefault).toSorted(byAge)
  return [
    ...detach,
    // IAM deletes only a policy that has no other version than the default.
    ...versions.map(({ id }): PolicyStep => ({
      kind: 'delete-version',
      version: id,
      why: 'which goes with the policy',
    })),
    { kind: 'delete-policy', version: existing.defaultVersion },
  ]
}

/** How many users, groups and roles have the policy. */
export function usesOf({ attachments, boundaryUses }: ManagedPolicy): number {
  return attachments + boundaryUses
}

interface Restoration {
  readonly steps: readonly PolicyStep[]
  /** The version that becomes the default; undefined where one is already, and only the rest is to be done. */
  readonly restored: string | undefined
  /** The versions to look at before anything is done: IAM does not tell who wrote them, or which was the default. */
  readonly unproven: readonly string[]
}

/** Takes back the last version, or finishes that; undefined where none is older. */
export function planRestoration({
  versions,
  attachments,
}: ExistingPolicy): Restoration | undefined {
  const sorted = versions.toSorted(byAge)
  const current = sorted.findIndex(({ isDefault }) => isDefault)
  const isTakenBack = current < sorted.length - 1
  const target = sorted[isTakenBack ? current : current - 1]
  if (target === undefined) return undefined
  // A version that stays would be the previous one of the next restoration.
  const replaced = sorted.slice(sorted.indexOf(target) + 1).map(({ id }) => id)
  const deletions = replaced.map((version): PolicyStep => ({
    kind: 'delete-version',
    version,
    why: `which ${target.id} replaces`,
  }))
  if (isTakenBack) return { steps: deletions, restored: undefined, unproven: replaced }
  const restore: PolicyStep = { kind: 'restore-version', version: target.id, attachments }
  return { steps: [restore, ...deletions], restored: target.id, unproven: [target.id] }
}

function isSamePolicy(text: string, document: PolicyDocument): boolean {
  const read = readPolicyText(text)
  return 'policy' in read && isDeepStrictEqual(read.policy, document)
}
