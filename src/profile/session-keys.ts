/** The key Starship and other prompts read a session's end from. */
export const EXPIRES = 'x_security_token_expires'

/** All keys of a session, ours and older tools'. */
export const SESSION_KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  EXPIRES,
] as const
