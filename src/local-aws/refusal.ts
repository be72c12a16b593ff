/** An error as AWS answers it: HTTP status, error code, message. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function accessDenied(message: string): Refusal {
  return new Refusal(403, 'AccessDenied', message)
}

/** AWS's words for an unknown, inactive or misused key, and for a session that may not call. */
export function invalidToken(): Refusal {
  return new Refusal(
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  )
}

export function signatureMismatch(message: string): Refusal {
  return new Refusal(403, 'SignatureDoesNotMatch', message)
}
