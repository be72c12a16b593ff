import type { Context } from '../../context.ts'
import { BACKUP, backupTime, limitBackups } from '../backups.ts'
import type { Paths } from '../paths.ts'
import type { SetupPlan } from './setup-plan.ts'
import { editedText, editFile } from '../files/edit-file.ts'

/** Shows what a plan changes. Throws the Failure that writing would meet, before a person is asked. */
export async function showPlan(context: Context, paths: Paths, plan: SetupPlan): Promise<void> {
  for (const kind of ['credentials', 'config'] as const) {
    await editedText((await context.files.read(paths[kind])) ?? '', paths[kind], kind, plan[kind])
  }
  context.info(`In ${paths.credentials} and ${paths.config}:`)
  for (const line of plan.summary) context.info(`  ${line}`)
}

/** Writes backups, then the credentials, without which the line in the config would find no keys. */
export async function applyPlan(context: Context, paths: Paths, plan: SetupPlan): Promise<void> {
  const time = backupTime(context.now())
  for (const kind of ['credentials', 'config'] as const) {
    const text = await context.files.read(paths[kind])
    if (plan[kind].length === 0 || text === undefined) continue
    const backup = await unusedName(context, `${paths[kind]}${BACKUP}${time}`)
    await context.files.create(backup, new TextEncoder().encode(text))
    context.info(`Backup: ${backup}`)
  }
  await editFile(context, paths.credentials, 'credentials', plan.credentials)
  await editFile(context, paths.config, 'config', plan.config)
  for (const kind of ['credentials', 'config'] as const)
    await limitBackups(context, paths[kind], kind)
}

/** Two changes within a second need two backups. */
async function unusedName(context: Context, path: string): Promise<string> {
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? path : `${path}-${number}`
    if ((await context.files.mode(name)) === undefined) return name
  }
}
