/** The key Starship and other prompts read a session's end from. */
export const EXPIRES = 'x_security_token_expires'

/** Keys that say another way to a profile's credentials than keys or a process. */
export const OTHER_SOURCES = [
  'role_arn',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'login_session',
] as const

/** All keys of a session, ours and older tools'. */
export const SESSION_KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  EXPIRES,
] as const
