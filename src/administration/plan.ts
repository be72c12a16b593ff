/** What applying a policy takes; pure. */
import { isDeepStrictEqual } from 'node:util'
import type { ManagedPolicy, PolicyVersion } from '../aws/iam-api.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { readPolicyText } from '../policy/read-text.ts'

export interface Existing extends ManagedPolicy {
  readonly text: string
  readonly versions: readonly PolicyVersion[]
}

export type Step =
  | { readonly kind: 'create' }
  /** Deletes the oldest version, as AWS keeps five at most. */
  | { readonly kind: 'prune'; readonly version: string }
  | { readonly kind: 'update'; readonly attachments: number }
  | { readonly kind: 'attach' }

/** IAM quota "Managed policy versions". */
const MOST_VERSIONS = 5

export function planOf(
  existing: Existing | undefined,
  wanted: PolicyDocument,
  isAttached: boolean,
): Step[] {
  const attach: Step[] = isAttached ? [] : [{ kind: 'attach' }]
  if (existing === undefined) return [{ kind: 'create' }, ...attach]
  if (isSame(existing.text, wanted)) return attach
  const { attachments } = existing
  return [...pruning(existing), { kind: 'update', attachments }, ...attach]
}

function pruning({ versions }: Existing): Step[] {
  if (versions.length < MOST_VERSIONS) return []
  const [oldest] = versions
    .filter(({ isDefault }) => !isDefault)
    .toSorted((a, b) => a.createdAt - b.createdAt || numberOf(a) - numberOf(b))
  return oldest === undefined ? [] : [{ kind: 'prune', version: oldest.id }]
}

/** `v12` comes after `v9`; AWS's times are whole seconds. */
function numberOf({ id }: PolicyVersion): number {
  return Number(id.slice(1))
}

function isSame(text: string, wanted: PolicyDocument): boolean {
  const read = readPolicyText(text)
  return 'policy' in read && isDeepStrictEqual(read.policy, wanted)
}
