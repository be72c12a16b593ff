/** The services that the local AWS does not have: it checks who calls, and refuses in the protocol of the service. */
import type { RawRequest } from './http.ts'
import { queryProtocol } from './protocol/query-protocol.ts'
import { ServiceError } from './protocol/service-error.ts'
import type { Service } from './protocol/service.ts'

/** Those that answer a request without a body in XML. */
const REST_XML = ['cloudfront', 'route53']

export function otherService(name: string, request: RawRequest): Service {
  const { headers, query, body } = request
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const version = query.get('Version') ?? new URLSearchParams(body).get('Version') ?? ''
  const xml = { ...queryProtocol(name, version), operations: {} }
  if (isForm) return xml
  const unknownOperation = () =>
    new ServiceError(400, 'UnknownOperationException', `The local AWS has no service ${name}.`)
  const target = headers['x-amz-target']?.split('.').at(-1)
  const operationName = () => target ?? `${request.method} ${request.path}`
  const rest = { ...xml, unknownOperation, operationName }
  return REST_XML.includes(name) ? rest : { ...rest, formatError: formatJsonError }
}

/** Smithy, "AWS JSON 1.0 protocol" and "AWS restJson1 protocol". */
const formatJsonError: Service['formatError'] = ({ status, code, message }) => ({
  status,
  outcome: code,
  body: JSON.stringify({ __type: code, message }),
  type: 'application/json',
})
