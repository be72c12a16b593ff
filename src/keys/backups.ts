import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import { KINDS } from './places.ts'

/** Backups of `setup` that hold a secret in plain text. */
export async function backupsWith(
  context: Context,
  paths: Paths,
  secret: string,
): Promise<string[]> {
  const found: string[] = []
  for (const path of KINDS.map((kind) => paths[kind])) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    const prefix = `${path.slice(folder.length + 1)}.mfa-login-backup-`
    for (const name of await context.files.list(folder)) {
      if (!name.startsWith(prefix)) continue
      const text = await context.files.read(`${folder}/${name}`)
      if (text?.includes(secret) === true) found.push(`${folder}/${name}`)
    }
  }
  return found
}
