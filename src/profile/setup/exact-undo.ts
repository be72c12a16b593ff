/** Undoing a setup byte for byte, where the files still are as it left them. */
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { BACKUP, backupsOf } from '../backups.ts'
import { editedTexts, isSameFile } from '../files/change-files.ts'
import { KINDS, parseIni, type FileKind } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import { isServedByUs } from '../process-line.ts'
import { twoKeys } from '../resolve.ts'
import { profileValues, type ProfileFiles } from '../values.ts'
import { planSetup } from './setup-plan.ts'
import { setupSource } from './setup-source.ts'

type Texts = Readonly<Partial<Record<FileKind, string>>>

/**
 * The texts of the files before the setup of a profile, from its backups: of each file that the same setup would make
 * what it is now. Others changed since.
 */
export async function textsBeforeSetup(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  profile: string,
): Promise<Texts> {
  if (isSameFile(paths, files)) return {}
  for (const backup of await backupsByTime(context, paths)) {
    for (const before of completed(backup, files)) {
      const exact = new Set<FileKind>()
      for (const after of await replaySetups(context, paths, { files, before, profile })) {
        const isExact = (kind: FileKind): boolean =>
          after[kind] === files[kind].text && before[kind] !== files[kind].text
        for (const kind of KINDS.filter(isExact)) exact.add(kind)
      }
      if (exact.size > 0) return Object.fromEntries([...exact].map((kind) => [kind, before[kind]]))
    }
  }
  return {}
}

/** The backups of one change of both files, the newest first. */
async function backupsByTime(context: Context, paths: Paths): Promise<Texts[]> {
  const byTime = new Map<string, Partial<Record<FileKind, string>>>()
  for (const kind of KINDS) {
    for (const path of await backupsOf(context, paths[kind])) {
      const time = path.slice(path.lastIndexOf(BACKUP) + BACKUP.length)
      const text = await context.files.read(path)
      if (text !== undefined) byTime.set(time, { ...byTime.get(time), [kind]: text })
    }
  }
  return [...byTime].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, texts]) => texts)
}

/** A file without a backup was not changed, or did not exist. */
function completed(backup: Texts, files: ProfileFiles): Record<FileKind, string>[] {
  return ['', undefined].map((missing) => {
    const text = (kind: FileKind): string => backup[kind] ?? missing ?? files[kind].text
    return { config: text('config'), credentials: text('credentials') }
  })
}

interface Replay {
  readonly files: ProfileFiles
  readonly before: Readonly<Record<FileKind, string>>
  readonly profile: string
}

/** What the setup, without and with `--serial` and `--keep`, makes of earlier texts; nothing where it refuses them. */
async function replaySetups(
  context: Context,
  paths: Paths,
  { files, before, profile }: Replay,
): Promise<Texts[]> {
  const now = profileValues(files, profile)
  const line = now.get('credential_process') ?? ''
  const old = {
    ...files,
    config: parseIni(before.config),
    credentials: parseIni(before.credentials),
  }
  // A later setup of the same profile: what it found is not what undoing leaves.
  if (isServedByUs(old, profile)) return []
  try {
    const serials = [...new Set([undefined, now.get('mfa_serial')])]
    const keeps = twoKeys(old, profile)?.map(({ keysProfile }) => keysProfile) ?? [undefined]
    const plans = keeps.flatMap((keep) => {
      const source = setupSource(old, context.env, profile, keep)
      return serials.map((serial) => planSetup(old, source, line, serial))
    })
    return await Promise.all(plans.map(async (plan) => editedTexts(paths, old, plan)))
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}
