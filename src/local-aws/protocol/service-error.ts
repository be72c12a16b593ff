/** An error response of AWS: HTTP status, error code, message. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const accessDenied = errorKind(403, 'AccessDenied')
export const deleteConflict = errorKind(409, 'DeleteConflict')
export const entityAlreadyExists = errorKind(409, 'EntityAlreadyExists')
export const limitExceeded = errorKind(409, 'LimitExceeded')
export const signatureMismatch = errorKind(403, 'SignatureDoesNotMatch')
export const validationError = errorKind(400, 'ValidationError')

function errorKind(status: number, code: string) {
  return (message: string) => new ServiceError(status, code, message)
}

/** For an unknown or inactive key, a wrong session token, and a session that may not call the service. */
export function invalidToken(): ServiceError {
  const message = 'The security token included in the request is invalid.'
  return new ServiceError(403, 'InvalidClientTokenId', message)
}

/** Throws AWS's NoSuchEntity; for the right side of `??`. */
export function throwNoSuchEntity(message: string): never {
  throw new ServiceError(404, 'NoSuchEntity', message)
}

/** Throws AWS's LimitExceeded if `count` has reached the quota. */
export function requireQuota(quota: string, most: number, count: number): void {
  if (count >= most) throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`)
}
