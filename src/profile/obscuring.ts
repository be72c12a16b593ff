import { profileKeys, type FileKind } from './ini/ini-file.ts'
import { OTHER_SOURCES } from './session-keys.ts'
import type { ProfileFiles } from './values.ts'

const SOURCES = ['aws_access_key_id', 'credential_process', ...OTHER_SOURCES]

export interface Obscuring {
  readonly kind: FileKind
  readonly key: string
}

/**
 * The files whose default profile has credentials. SDKs ask it before the container provider, even
 * where no profile is named (botocore, credentials.py, create_credential_resolver).
 */
export function credentialsOfDefault(files: ProfileFiles): Obscuring[] {
  return (['config', 'credentials'] as const).flatMap((kind) => {
    const values = profileKeys(files[kind], kind, 'default')
    const key = SOURCES.find((each) => values.has(each))
    return key === undefined ? [] : [{ kind, key }]
  })
}
