import type { Context } from '../context.ts'

export interface Paths {
  readonly config: string
  readonly credentials: string
  readonly cache: string
}

type Place = Pick<Context, 'env' | 'home' | 'homeOf' | 'platform'>

/** Paths of the AWS files and the cache, with the variables that change them. */
export function pathsOf(place: Place): Paths {
  const aws = `${place.home}/.aws`
  const path = (name: string, other: string): string =>
    withSeparators(pathIn(place, name) ?? other, place)
  return {
    config: path('AWS_CONFIG_FILE', `${aws}/config`),
    credentials: path('AWS_SHARED_CREDENTIALS_FILE', `${aws}/credentials`),
    cache: path('MFA_LOGIN_CACHE_DIR', `${aws}/mfa-login/cache`),
  }
}

/** Windows takes slashes too, but people and other programs read these paths. */
function withSeparators(path: string, { platform }: Pick<Place, 'platform'>): string {
  return platform === 'win32' ? path.replaceAll('/', '\\') : path
}

/** A path in a folder. */
export function inFolder(place: Pick<Place, 'platform'>, ...names: readonly string[]): string {
  return names.join(withSeparators('/', place))
}

/**
 * Expands variables, then a home folder, and leaves unknown ones, as the AWS CLI does (botocore, configloader.py;
 * Python, ntpath.py).
 */
function pathIn({ env, home, homeOf, platform }: Place, name: string): string | undefined {
  const isWindows = platform === 'win32'
  return env[name]
    ?.replaceAll(
      isWindows ? /\$(\w+|\{[^}]*\})|%[^%]+%/g : /\$(\w+|\{[^}]*\})/g,
      (all) => env[all.replace(/^(\$\{?|%)|[}%]$/g, '')] ?? all,
    )
    .replace(
      isWindows ? /^~([^/\\]*)/ : /^~([^/]*)/,
      (all, user: string) => (user === '' ? home : homeOf(user)) ?? all,
    )
}
