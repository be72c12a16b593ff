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

export function accessDenied(message: string): ServiceError {
  return new ServiceError(403, 'AccessDenied', message)
}

/** For an unknown or inactive key, a wrong session token, and a session that may not call the service. */
export function invalidToken(): ServiceError {
  return new ServiceError(
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  )
}

export function signatureMismatch(message: string): ServiceError {
  return new ServiceError(403, 'SignatureDoesNotMatch', message)
}

export function validationError(message: string): ServiceError {
  return new ServiceError(400, 'ValidationError', message)
}

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError(404, 'NoSuchEntity', message)
}

export function entityAlreadyExists(message: string): ServiceError {
  return new ServiceError(409, 'EntityAlreadyExists', message)
}

export function deleteConflict(message: string): ServiceError {
  return new ServiceError(409, 'DeleteConflict', message)
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError(409, 'LimitExceeded', message)
}

/** Throws AWS's LimitExceeded if `count` has reached the quota. */
export function requireQuota(quota: string, most: number, count: number): void {
  if (count >= most) throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`)
}
