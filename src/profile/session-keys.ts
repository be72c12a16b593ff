/** Starship and other shell prompts read the time of expiration from this key. */
export const EXPIRES = 'x_security_token_expires'

/** Settings by which a profile gets credentials from neither keys nor a process. */
export const OTHER_SOURCES = [
  'role_arn',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'login_session',
] as const

/** All keys of a session, those of older tools too. */
export const SESSION_KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  EXPIRES,
] as const

/** The keys that only a session has; the second is that of old SDKs. */
export const SESSION_TOKENS = ['aws_session_token', 'aws_security_token'] as const
