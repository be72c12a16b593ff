import type { Edit } from '../ini/edit.ts'
import { profileKeys, type FileKind } from '../ini/ini-file.ts'
import { ROLE_KEYS } from '../roles.ts'
import type { ProfileFiles } from '../values.ts'

export interface Renaming {
  readonly kind: FileKind
  readonly edit: Edit
  readonly summary: string
}

/** Hides a profile's role from the SDKs (see `ROLE_KEYS`), or shows it to them again. */
export function roleRenamings(
  files: ProfileFiles,
  profile: string,
  direction: 'hide' | 'show',
): Renaming[] {
  return (['config', 'credentials'] as const).flatMap((kind) => {
    const values = profileKeys(files[kind], kind, profile)
    const pairs = ROLE_KEYS.map(([theirs, ours]) =>
      direction === 'hide' ? ([theirs, ours] as const) : ([ours, theirs] as const),
    ).filter(([from]) => values.has(from))
    if (pairs.length === 0) return []
    const change = pairs.flatMap(([from, to]) => [
      [from, undefined],
      [to, values.get(from)],
    ])
    const names = pairs.map(([from, to]) => `${from} becomes ${to}`).join(', ')
    return [
      {
        kind,
        edit: { profile, change: Object.fromEntries(change) as Edit['change'] },
        summary: `${kind}: in the profile ${profile} ${names}`,
      },
    ]
  })
}
