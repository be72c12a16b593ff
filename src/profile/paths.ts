import type { Context } from '../context.ts'

export interface Paths {
  readonly config: string
  readonly credentials: string
  readonly cache: string
}

/** Paths of the AWS files and the cache, with the variables that change them. */
export function pathsOf({ env, home }: Pick<Context, 'env' | 'home'>): Paths {
  const aws = `${home}/.aws`
  return {
    config: expand(env.AWS_CONFIG_FILE, home) ?? `${aws}/config`,
    credentials: expand(env.AWS_SHARED_CREDENTIALS_FILE, home) ?? `${aws}/credentials`,
    cache: expand(env.MFA_LOGIN_CACHE_DIR, home) ?? `${aws}/mfa-login/cache`,
  }
}

function expand(path: string | undefined, home: string): string | undefined {
  if (path === undefined || path === '') return undefined
  return path.startsWith('~/') ? home + path.slice(1) : path
}
