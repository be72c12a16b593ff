/** The steps that applying a policy takes; pure. */
import { isDeepStrictEqual } from 'node:util'
import type { ManagedPolicy, PolicyVersion } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { readPolicyText } from '../policy/read-text.ts'

/** A managed policy of the account with its default version's text. */
export interface ExistingPolicy extends ManagedPolicy {
  readonly text: string
  readonly versions: readonly PolicyVersion[]
}

export type PolicyStep =
  | { readonly kind: 'create-policy' }
  | { readonly kind: 'delete-version'; readonly version: string }
  /** `attachments` counts the users, groups and roles that have the policy already. */
  | { readonly kind: 'create-version'; readonly attachments: number }
  | { readonly kind: 'attach-policy' }

/** IAM User Guide, "IAM and AWS STS quotas": versions of a managed policy. */
const MAX_VERSIONS = 5

export function planSteps(
  existing: ExistingPolicy | undefined,
  document: PolicyDocument,
  isAttached: boolean,
): PolicyStep[] {
  const attach: PolicyStep[] = isAttached ? [] : [{ kind: 'attach-policy' }]
  if (existing === undefined) return [{ kind: 'create-policy' }, ...attach]
  if (isSamePolicy(existing.text, document)) return attach
  const { attachments } = existing
  return [...makeRoom(existing), { kind: 'create-version', attachments }, ...attach]
}

/** Deletes the oldest version except for the default version, which IAM does not delete. */
function makeRoom({ versions }: ExistingPolicy): PolicyStep[] {
  if (versions.length < MAX_VERSIONS) return []
  const [oldest] = versions
    .filter(({ isDefault }) => !isDefault)
    // Of the same second, v12 is later than v9.
    .toSorted(
      (a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id, 'en', { numeric: true }),
    )
  return oldest === undefined ? [] : [{ kind: 'delete-version', version: oldest.id }]
}

function isSamePolicy(text: string, document: PolicyDocument): boolean {
  const read = readPolicyText(text)
  return 'policy' in read && isDeepStrictEqual(read.policy, document)
}
