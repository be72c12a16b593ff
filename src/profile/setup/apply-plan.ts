import type { Context } from '../../context.ts'
import { BACKUP, backupTime, limitBackups } from '../backups.ts'
import type { FileEdits } from '../ini/edit.ts'
import { KINDS } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import type { ProfileFiles } from '../values.ts'
import type { SetupPlan } from './setup-plan.ts'

/** Shows what a plan changes. */
export function showPlan(context: Context, paths: Paths, plan: SetupPlan): void {
  context.info(`In ${paths.credentials} and ${paths.config}:`)
  for (const line of plan.summary) context.info(`  ${line}`)
}

/** Copies the files that a plan changes, as they are under their locks: `keys store` cleans copies under the same. */
export async function backUp(
  context: Context,
  paths: Paths,
  plan: FileEdits,
  files: ProfileFiles,
): Promise<void> {
  const time = backupTime(context.now())
  for (const kind of KINDS) {
    const { text } = files[kind]
    const isKept = plan[kind]?.length === 0 && plan.restores?.[kind] === undefined
    if (isKept || text === '') continue
    const backup = await unusedName(context, `${paths[kind]}${BACKUP}${time}`)
    await context.files.create(backup, new TextEncoder().encode(text))
    context.info(`Backup: ${backup}`)
  }
}

/** Removes old backups, once the files are written: a change that fails takes none away. */
export async function removeOldBackups(context: Context, paths: Paths): Promise<void> {
  for (const kind of KINDS) await limitBackups(context, paths[kind], kind)
}

/** Two changes within a second need two backups. */
async function unusedName(context: Context, path: string): Promise<string> {
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? path : `${path}-${number}`
    if (!(await context.files.exists(name))) return name
  }
}
