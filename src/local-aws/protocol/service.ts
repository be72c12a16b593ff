import type { Caller } from '../auth/authenticate.ts'
import type { RawRequest } from '../http.ts'
import type { ServerState } from '../state.ts'
import type { ServiceError } from './service-error.ts'
import type { XmlContent } from './xml.ts'

/** Request parameters by name. */
export type Params = Readonly<Record<string, string | undefined>>

export interface OperationCall {
  readonly params: Params
  readonly caller: Caller
  readonly state: ServerState
  /** When a token code of this request was accepted; undefined for a request without one. */
  readonly mfaAt?: number | undefined
}

export interface Operation {
  /** The ARN that policies must allow the operation on; absent where AWS checks no policy. */
  readonly resource?: (call: OperationCall) => string
  /** The action that policies must allow, if it is not `SERVICE:OPERATION`. */
  readonly action?: string
  /** Parameters that every request must have. */
  readonly requires?: readonly string[]
  /**
   * Checks the parameters and accepts the token code of a request, before policies are looked at: they see that it
   * carries MFA. Returns the time, or undefined for a request without a code. Throws a ServiceError.
   */
  acceptCode?(call: OperationCall): number | undefined
  /** Does what the operation does. Returns the content of the response, if any. Throws a ServiceError. */
  run(call: OperationCall): XmlContent | Promise<XmlContent>
}

/** By name, such as `GetUser`. */
export type Operations = Readonly<Record<string, Operation>>

/** An AWS service: its operations, and how it reads requests and writes responses. */
export interface Service {
  /** As in the credential scope of signatures and in policies: `iam`. */
  readonly name: string
  readonly operations: Operations
  /** Parameters that are neither in the query nor in the form. */
  readParams?(request: RawRequest): Params
  operationName(request: RawRequest, params: Params): string
  unknownOperation(name: string): ServiceError
  /** Throws a ServiceError if the service rejects this kind of caller. */
  checkCaller?(caller: Caller): void
  formatResult(operation: string, content: XmlContent, requestId: string): string
  /** In the service's own format, by default XML; S3 also has its own codes. */
  formatError(
    error: ServiceError,
    requestId: string,
  ): Omit<ServiceResponse, 'type'> & Partial<Pick<ServiceResponse, 'type'>>
}

export interface ServiceResponse {
  readonly status: number
  /** `OK` or an error code. */
  readonly outcome: string
  readonly body: string
  readonly type: 'text/xml' | 'text/html' | 'application/json'
}
