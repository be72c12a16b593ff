import type { Session } from '../../aws/api.ts'

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

export function sessionVariables(session: Session, region: string | undefined): Variables {
  const regions = region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }
  return {
    set: {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      ...regions,
      AWS_CREDENTIAL_EXPIRATION: session.expiration,
      // The name that Starship and other prompts read.
      AWS_SESSION_EXPIRATION: session.expiration,
    },
    unset: OTHER_CREDENTIAL_VARIABLES,
  }
}

/** Variables for a process that gets its credentials from `credential-server.ts`. */
export function serverVariables(
  { set }: Variables,
  { url, token }: { readonly url: string; readonly token: string },
): Variables {
  const regions = Object.entries(set).filter(([name]) => name.endsWith('_REGION'))
  return {
    set: {
      ...Object.fromEntries(regions),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    },
    unset: [...SESSION_VARIABLES, ...OTHER_CREDENTIAL_VARIABLES],
  }
}

/** Variables of the session itself; the region may be a person's own setting. */
export const SESSION_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_SESSION_EXPIRATION',
] as const

/** All that `sessionVariables` may set. */
export const OUR_VARIABLES = [...SESSION_VARIABLES, 'AWS_REGION', 'AWS_DEFAULT_REGION'] as const

export function applyVariables(
  env: Readonly<Record<string, string | undefined>>,
  { set, unset }: Variables,
): Record<string, string | undefined> {
  const others = Object.entries(env).filter(([name]) => !unset.includes(name))
  return { ...Object.fromEntries(others), ...set }
}
