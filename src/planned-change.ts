import { isDeepStrictEqual } from 'node:util'
import { requireConsent } from './consent.ts'
import type { Context } from './context.ts'
import { Failure } from './failure.ts'
import { checkWritable } from './profile/files/check-writable.ts'
import { changeFiles, editedTexts, type FileChange } from './profile/files/change-files.ts'
import type { FileEdits } from './profile/ini/edit.ts'
import { KINDS } from './profile/ini/ini-file.ts'
import { changedSections, readProfileFiles } from './profile/files/snapshot.ts'
import type { Paths } from './profile/paths.ts'
import type { ProfileFiles } from './profile/values.ts'

interface PlannedChange<P extends FileEdits> extends Omit<FileChange<P>, 'known'> {
  /** Tells the person what the plan does. Returns whether to go on. */
  show(plan: P, changesFiles: boolean): boolean
  question(plan: P): string
  /** Unlocks what `before` uses: a locked keyring may ask a person, which no file's lock waits for. */
  unlock?(plan: P): Promise<void>
  /** The command that does not ask. */
  readonly command: string
  readonly isUnattended: boolean
  readonly isDryRun?: boolean
}

/** No plan was made by the time that the files were locked: they changed since the person saw it. */
class Outdated extends Error {}

/**
 * Shows what a change does to the two files, asks, and makes it, where it still is the change that was shown.
 * Otherwise says what changed meanwhile, shows the new plan and asks again. Unattended, it makes the new plan, unless
 * that removes another key. Returns the plan that was made, if any. Throws a Failure.
 */
export async function makePlannedChange<P extends FileEdits>(
  context: Context,
  paths: Paths,
  change: PlannedChange<P>,
): Promise<P | undefined> {
  let files = await readProfileFiles(context, paths)
  for (;;) {
    const shown = await change.plan(files)
    const texts = await editedTexts(paths, files, shown)
    const changed = KINDS.filter((kind) => texts[kind] !== files[kind].text)
    if (!change.show(shown, changed.length > 0)) return undefined
    if (change.isDryRun === true) {
      context.info('Nothing was changed.')
      return undefined
    }
    await checkWritable(context, paths, changed)
    if (!change.isUnattended) await requireConsent(context, change.question(shown), change.command)
    await change.unlock?.(shown)
    const made = await makeIfSame(context, paths, change, shown)
    if ('plan' in made) return made.plan
    reportChange(context, paths, files, made.files)
    files = made.files
  }
}

/** Makes the change, or returns the files for which it would be another one. */
async function makeIfSame<P extends FileEdits>(
  context: Context,
  paths: Paths,
  change: PlannedChange<P>,
  shown: P,
): Promise<{ plan: P } | { files: ProfileFiles }> {
  let now: ProfileFiles | undefined
  const plan = async (files: ProfileFiles): Promise<P> => {
    now = files
    const fresh = await change.plan(files)
    if (change.isUnattended) refuseOtherKey(change, shown, fresh)
    else if (!isDeepStrictEqual(fresh, shown)) throw new Outdated()
    return fresh
  }
  try {
    return await changeFiles(context, paths, { ...change, plan })
  } catch (error) {
    if (error instanceof Outdated && now !== undefined) return { files: now }
    throw error
  }
}

function refuseOtherKey(
  { command }: { readonly command: string },
  { removes: shown = [] }: FileEdits,
  { removes: fresh = [] }: FileEdits,
): void {
  const other = fresh.find((id) => !shown.includes(id))
  if (other === undefined) return
  throw new Failure(
    'files',
    `Nothing was changed: another program changed the keys, and this would now remove …${other.slice(-4)}.`,
    command,
  )
}

function reportChange(
  context: Context,
  paths: Paths,
  before: ProfileFiles,
  after: ProfileFiles,
): void {
  const sections = changedSections(paths, before, after)
  const what = sections.length > 0 ? sections.join(', ') : 'the files'
  context.info(`Nothing was changed yet: another program changed ${what} meanwhile.`)
}
