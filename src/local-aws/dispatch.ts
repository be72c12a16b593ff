import { authenticate } from './auth/authenticate.ts'
import { authorize } from './auth/authorize.ts'
import { readAuthorization } from './auth/signature.ts'
import { FEDERATION_PATH, runFederation } from './console-sign-in.ts'
import { errorOf, internalFailure, type FaultKind } from './faults.ts'
import type { RawRequest } from './http.ts'
import { iam } from './iam/iam.ts'
import { ServiceError } from './protocol/service-error.ts'
import type { Params, Service, ServiceResponse } from './protocol/service.ts'
import { requirePresent } from './protocol/validation.ts'
import type { XmlContent } from './protocol/xml.ts'
import { queryServices } from './query-services.ts'
import { s3 } from './s3.ts'
import type { ServerState } from './state.ts'
import { otherService } from './other-services.ts'
import { sts } from './sts/sts.ts'

export interface ServiceRequest {
  readonly raw: RawRequest
  readonly params: Params
  readonly service: Service
  /** By name, such as `GetUser`; may be unknown to the service. */
  readonly operation: string
}

export const SERVICES: readonly Service[] = [iam, s3, sts, ...queryServices]
const LOGIN_PAGE = '<!doctype html><title>Guest Wi-Fi</title><h1>Please sign in</h1>'

/** Finds the service in the credential scope of the signature, STS by default, and the operation. */
export function parseRequest(raw: RawRequest): ServiceRequest {
  const name = readAuthorization(raw)?.service
  const service = findService(name, raw)
  const isForm = raw.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const params: Params = {
    ...Object.fromEntries([...raw.query, ...new URLSearchParams(isForm ? raw.body : undefined)]),
    ...service.readParams?.(raw),
  }
  const operation =
    raw.path === FEDERATION_PATH ? params.Action : service.operationName(raw, params)
  return { raw, params, service, operation: operation ?? '' }
}

function findService(name: string | undefined, raw: RawRequest): Service {
  if (name === undefined) return sts
  return SERVICES.find((each) => each.name === name) ?? otherService(name, raw)
}

/** Runs an operation, unless the fault replaces its response. */
export async function respond(
  request: ServiceRequest,
  state: ServerState,
  requestId: string,
  fault: FaultKind | undefined,
): Promise<ServiceResponse> {
  if (fault === 'html') {
    return { status: 200, outcome: 'html', body: LOGIN_PAGE, type: 'text/html' }
  }
  const { raw, params, service, operation } = request
  try {
    const planned = errorOf(fault)
    if (planned !== undefined) throw planned
    if (raw.path === FEDERATION_PATH) return runFederation(params, state)
    const content = await runOperation(request, state)
    const body = service.formatResult(operation, content, requestId)
    return { status: 200, outcome: 'OK', body, type: 'text/xml' }
  } catch (error) {
    const serviceError = error instanceof ServiceError ? error : internalFailure(error)
    return { type: 'text/xml', ...service.formatError(serviceError, requestId) }
  }
}

/** In the order of AWS: signature, operation, parameters, policies, entities. */
async function runOperation(
  { raw, params, service, operation: name }: ServiceRequest,
  state: ServerState,
): Promise<XmlContent> {
  const caller = await authenticate(raw, state)
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (operation === undefined) throw service.unknownOperation(name)
  service.checkCaller?.(caller)
  requirePresent(params, operation.requires ?? [])
  const request = { params, caller, state }
  const call = { ...request, mfaAt: operation.acceptCode?.(request) }
  if (operation.resource) {
    const action = operation.action ?? `${service.name}:${name}`
    authorize(call, action, operation.resource(call))
  }
  return operation.run(call)
}
