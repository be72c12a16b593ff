import type { Session } from '../../aws/api.ts'
import {
  KEY_OF_SESSION,
  PROFILE_OF_SESSION,
  SESSION_VARIABLES,
} from '../../credential-variables.ts'

/** Environment variables that make a process use a session, and nothing else. */
export interface Variables {
  readonly set: Readonly<Record<string, string>>
  /** Names that would take precedence over the session or name other credentials. */
  readonly unset: readonly string[]
}

/** Variables that tools read credentials or a profile from (AWS SDKs and Tools Reference Guide). */
export const OTHER_CREDENTIAL_VARIABLES = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SECURITY_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
]

/** `settings` are those of the profile; `earlier` names those that an earlier `env` took from another one. */
export function sessionVariables(
  session: Session,
  settings: Variables['set'],
  earlier: readonly string[],
): Variables {
  return {
    set: {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      ...settings,
      AWS_CREDENTIAL_EXPIRATION: session.expiration,
      // The name that Starship and other prompts read.
      AWS_SESSION_EXPIRATION: session.expiration,
    },
    unset: [...OTHER_CREDENTIAL_VARIABLES, ...earlier],
  }
}

/** Variables for a process that gets its credentials from `credential-server.ts`. */
export function serverVariables(
  {
    settings,
    earlier,
  }: { readonly settings: Variables['set']; readonly earlier: readonly string[] },
  { url, token }: { readonly url: string; readonly token: string },
): Variables {
  return {
    set: {
      ...settings,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    },
    unset: [...SESSION_VARIABLES, ...OTHER_CREDENTIAL_VARIABLES, ...earlier],
  }
}

/** What AWS_CONFIG_FILE and its like name where a program is to see no file. */
export function nullDevice(platform: string): string {
  return platform === 'win32' ? 'NUL' : '/dev/null'
}

/** What describes the shell that starts us, and not a process that we start. */
const OF_THIS_SHELL: readonly string[] = [PROFILE_OF_SESSION, KEY_OF_SESSION, 'MFA_LOGIN_SHELL']

/** The environment of a process that is to use a session. */
export function applyVariables(
  env: Readonly<Record<string, string | undefined>>,
  { set, unset }: Variables,
): Record<string, string | undefined> {
  const removed = [...unset, ...OF_THIS_SHELL]
  const others = Object.entries(env).filter(([name]) => !removed.includes(name))
  return { ...Object.fromEntries(others), ...set }
}
