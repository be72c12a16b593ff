import type { Context } from '../context.ts'
import { readJson } from '../session/cache/store.ts'

/** How far a rotation is, so that one that was broken off, or killed, is gone on with. */
export interface Rotation {
  readonly version: 1
  readonly oldKeyId: string
  /** All keys of the user before AWS was asked for the new one. */
  readonly knownKeyIds: readonly string[]
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly startedAt: number
  /** Undefined until AWS has answered. */
  readonly newKeyId?: string
  /** AWS shows it once; kept here until the files hold it, or never where the keyring holds it. */
  readonly newSecret?: string | undefined
  /** Whether the files (and the keyring) hold the new key. */
  readonly isStored: boolean
}

/** Not in the cache, which people may delete. */
export function rotationsOf({ home }: Pick<Context, 'home'>): string {
  return `${home}/.aws/mfa-login/rotations`
}

/** The rotation that a key is the old or the new one of. */
export async function findRotation(
  context: Context,
  accessKeyId: string,
): Promise<Rotation | undefined> {
  const folder = rotationsOf(context)
  const names = (await context.files.list(folder)).filter((name) => name.endsWith('.json'))
  for (const name of names) {
    const found = readJson(await context.files.read(`${folder}/${name}`))
    if (isRotation(found) && [found.oldKeyId, found.newKeyId].includes(accessKeyId)) return found
  }
  return undefined
}

function isRotation(value: unknown): value is Rotation {
  const { version, oldKeyId, knownKeyIds, isStored } = (value ?? {}) as Partial<Rotation>
  const isWhole = typeof oldKeyId === 'string' && Array.isArray(knownKeyIds)
  return version === 1 && isWhole && typeof isStored === 'boolean'
}

/** The file has mode 0600, its directory 0700. */
export async function writeRotation(context: Context, rotation: Rotation): Promise<void> {
  await context.files.makePrivate(rotationsOf(context))
  await context.files.replace(pathOf(context, rotation), `${JSON.stringify(rotation)}\n`)
}

export async function removeRotation(context: Context, rotation: Rotation): Promise<void> {
  await context.files.remove(pathOf(context, rotation))
}

function pathOf(context: Context, { oldKeyId }: Rotation): string {
  return `${rotationsOf(context)}/${oldKeyId}.json`
}
