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

export function validationError(message: string): Refusal {
  return new Refusal(400, 'ValidationError', message)
}

export function noSuchEntity(message: string): Refusal {
  return new Refusal(404, 'NoSuchEntity', message)
}

export function entityAlreadyExists(message: string): Refusal {
  return new Refusal(409, 'EntityAlreadyExists', message)
}

export function deleteConflict(message: string): Refusal {
  return new Refusal(409, 'DeleteConflict', message)
}

export function limitExceeded(message: string): Refusal {
  return new Refusal(409, 'LimitExceeded', message)
}

/** Throws where as many are there as the quota has. */
export function requireRoom(quota: string, most: number, there: number): void {
  if (there >= most) throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`)
}
