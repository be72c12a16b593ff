import { changeFiles } from '../profile/files/change-files.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { removeSession } from '../profile/setup/setup-plan.ts'
import { sessionChanges } from '../profile/target.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { createDecrypter } from '../session/cache/decrypt-cached.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { writtenSessions, type Inventory } from '../session/cache/inventory.ts'
import { removeSessionFiles } from '../session/cache/session-files.ts'
import { readInventory } from '../session/cache/store.ts'
import { noteWritten, removeNotes } from '../session/cache/written-notes.ts'
import type { CachedSession, CacheEntry } from '../session/model/session.ts'
import type { Rotation } from './rotation.ts'

/** Removes the sessions of a key from the cache. */
export async function removeCachedSessions(
  { context, paths }: Rotation,
  accessKeyId: string,
): Promise<void> {
  await removeSessionFiles(context, paths, ({ entry }) => entry?.sourceAccessKeyId === accessKeyId)
}

/**
 * Replaces the old key's MFA sessions in the credentials file by the new key's. Removes them, as it does sessions of
 * roles, if there is none or if sessions are to be encrypted, as the file cannot be. Removes them from backups too.
 */
export async function replaceStoredSessions(
  rotation: Rotation,
  oldKeyId: string,
  newKeyId: string,
): Promise<void> {
  const { context, paths } = rotation
  // Before the locks: a keyring may ask a person.
  const fresh = await sessionOf(rotation, newKeyId)
  const { plan } = await changeFiles(context, paths, {
    plan: async (files) => {
      const inventory = await readInventory(context, paths)
      return { inventory, ...planReplacement(files, inventory, oldKeyId, fresh) }
    },
    before: async () => {
      if (fresh !== undefined) await noteWritten(context, paths, fresh)
    },
    after: async ({ inventory }, { credentials }) => {
      const backups = await removeSessionsFromBackups(context, paths, inventory, isOf(oldKeyId))
      const { written } = await readInventory(context, paths)
      await removeNotes(context, paths, written, [credentials, ...backups.texts])
    },
  })
  if (plan.removed.length > 0)
    context.info(`Removed the old key’s session from profile ${plan.removed.join(', ')}.`)
}

/** Edits by which the sessions of the old key give way to the fresh one, and the profiles that have none then. */
function planReplacement(
  files: ProfileFiles,
  inventory: Inventory,
  oldKeyId: string,
  fresh: CachedSession | undefined,
): { readonly credentials: Edit[]; readonly removed: string[] } {
  const stale = writtenSessions(files, inventory).filter(isOf(oldKeyId))
  const plans = stale.map(({ profile, role }) => ({
    profile,
    session: role === undefined ? fresh : undefined,
  }))
  const credentials = plans.flatMap(({ profile, session }) =>
    session === undefined
      ? removeSession(files, 'credentials', profile)
      : [{ profile, change: sessionChanges(session) }],
  )
  const removed = plans.filter(({ session }) => session === undefined)
  return { credentials, removed: removed.map(({ profile }) => profile) }
}

/** The MFA session of a key, if it may be in plain text. */
async function sessionOf(
  { context, paths, source }: Rotation,
  accessKeyId: string,
): Promise<CachedSession | undefined> {
  const { cached } = await readInventory(context, paths)
  const session = cached.find(
    ({ sourceAccessKeyId, roles = [] }) => sourceAccessKeyId === accessKeyId && roles.length === 0,
  )
  if (session === undefined || wantsEncryption(context.env, source)) return undefined
  return createDecrypter(context, paths, false)(session)
}

function isOf(accessKeyId: string) {
  return ({ entry }: { readonly entry: CacheEntry | undefined }): boolean =>
    entry?.sourceAccessKeyId === accessKeyId
}
