/** The variables of a session in an environment; pure. */

/** Set by `env` and `exec` to the profile of their session, for `prompt` and `doctor`. */
export const PROFILE_OF_SESSION = 'MFA_LOGIN_PROFILE'
/** Set by them to the access key ID of the session: with other keys, the profile above is not theirs. */
export const KEY_OF_SESSION = 'MFA_LOGIN_ACCESS_KEY_ID'

/** The two variables that say which session the environment has. */
export function noteOfSession(profile: string, accessKeyId: string): Record<string, string> {
  return { [PROFILE_OF_SESSION]: profile, [KEY_OF_SESSION]: accessKeyId }
}

/** All that `env` sets for the session itself; to use no session, all of them are unset. */
export const SESSION_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_SESSION_EXPIRATION',
  PROFILE_OF_SESSION,
  KEY_OF_SESSION,
] as const

/** Those of them that are set. */
export function presentSessionVariables(
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  return SESSION_VARIABLES.filter((name) => env[name] !== undefined)
}

/** The profile of the session in the environment, if `env` or `exec` has put it there. */
export function profileOfSession(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { AWS_ACCESS_KEY_ID: key, AWS_SESSION_TOKEN: token } = env
  const isOfEnv = key !== undefined && token !== undefined && env[KEY_OF_SESSION] === key
  return isOfEnv ? env[PROFILE_OF_SESSION] : undefined
}
