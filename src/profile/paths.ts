import type { Context } from '../context.ts'

export interface Paths {
  readonly config: string
  readonly credentials: string
  readonly cache: string
}

type Place = Pick<Context, 'env' | 'home' | 'homeOf'>

/** Paths of the AWS files and the cache, with the variables that change them. */
export function pathsOf(place: Place): Paths {
  const aws = `${place.home}/.aws`
  return {
    config: pathIn(place, 'AWS_CONFIG_FILE') ?? `${aws}/config`,
    credentials: pathIn(place, 'AWS_SHARED_CREDENTIALS_FILE') ?? `${aws}/credentials`,
    cache: pathIn(place, 'MFA_LOGIN_CACHE_DIR') ?? `${aws}/mfa-login/cache`,
  }
}

/** Expands variables, then a home folder, and leaves unknown ones, as the AWS CLI does (botocore, configloader.py). */
function pathIn({ env, home, homeOf }: Place, name: string): string | undefined {
  return env[name]
    ?.replaceAll(
      /\$(\w+|\{[^}]*\})/g,
      (all, word: string) => env[word.replace(/^\{|\}$/g, '')] ?? all,
    )
    .replace(/^~([^/]*)/, (all, user: string) => (user === '' ? home : homeOf(user)) ?? all)
}
