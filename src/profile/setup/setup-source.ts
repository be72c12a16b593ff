import { findSource, resolveSource, twoKeys, type CredentialSource } from '../resolve.ts'
import { usageFailure } from '../../failure.ts'
import type { ProfileFiles } from '../values.ts'

/**
 * The source of a setup. Where `[P]` and `[P-long-term]` hold different keys, that in the section of `keep`. Throws a
 * Failure.
 */
export function setupSource(
  files: ProfileFiles,
  env: Readonly<Record<string, string | undefined>>,
  profile: string,
  keep?: string,
): CredentialSource {
  const names = [profile, `${profile}-long-term`]
  if (keep !== undefined && !names.includes(keep))
    throw usageFailure(`A key to keep is in [${names.join('] or [')}].`, `--keep ${names[1]}`)
  const kept = twoKeys(files, profile)?.find(({ keysProfile }) => keysProfile === keep)
  const source = kept && findSource(files, env, { profile })
  if (source?.user.profile !== profile) return resolveSource(files, env, { profile })
  return { ...source, ...kept }
}
