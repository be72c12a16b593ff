import type { Edit } from '../ini/edit.ts'
import { profileKeys, type FileKind } from '../ini/ini-file.ts'
import { ROLE_KEYS } from '../roles.ts'
import type { ProfileFiles } from '../values.ts'

/** An edit of one of the two files, and what it does. */
export interface PlannedEdit {
  readonly kind: FileKind
  readonly edit: Edit
  readonly summary: string
}

/** Hides a profile's role from the SDKs (see `ROLE_KEYS`), or shows it to them again. */
export function renameRoleKeys(
  files: ProfileFiles,
  profile: string,
  direction: 'hide' | 'show',
): PlannedEdit[] {
  return (['config', 'credentials'] as const).flatMap((kind) => {
    const values = profileKeys(files[kind], kind, profile)
    const pairs = ROLE_KEYS.map(([aws, hidden]) =>
      direction === 'hide' ? ([aws, hidden] as const) : ([hidden, aws] as const),
    ).filter(([from]) => values.has(from))
    if (pairs.length === 0) return []
    const change = Object.fromEntries(
      pairs.flatMap(([from, to]) => [
        [from, undefined],
        [to, values.get(from)],
      ]),
    ) as Edit['change']
    const names = pairs.map(([from, to]) => `${from} becomes ${to}`).join(', ')
    const summary = `${kind}: in the profile ${profile} ${names}`
    return [{ kind, edit: { profile, change }, summary }]
  })
}
