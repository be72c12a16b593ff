/** Services with one call each, which changes nothing: what `policy verify` tries. */
import { queryProtocol } from './protocol/query-protocol.ts'
import { ServiceError } from './protocol/service-error.ts'
import type { Operation, Service } from './protocol/service.ts'
import { element, toXml, type XmlContent } from './protocol/xml.ts'

const answering = (content: XmlContent): Operation => ({ resource: () => '*', run: () => content })

const cloudformation: Service = {
  ...queryProtocol('cloudformation', '2010-05-15'),
  operations: { ListStacks: answering({ StackSummaries: [] }) },
}

const rds: Service = {
  ...queryProtocol('rds', '2014-10-31'),
  operations: { DescribeDBInstances: answering({ DBInstances: [] }) },
}

const snsProtocol = queryProtocol('sns', '2010-03-31')
const sns: Service = {
  ...snsProtocol,
  operations: { ListTopics: answering({ Topics: [] }) },
  formatError(error, requestId) {
    const code = error.code === 'AccessDenied' ? 'AuthorizationError' : error.code
    return snsProtocol.formatError(new ServiceError(error.status, code, error.message), requestId)
  },
}

/** Amazon EC2 API Reference, "Error codes". */
const EC2_ERRORS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  AccessDenied: ['UnauthorizedOperation', 'You are not authorized to perform this operation. '],
  InvalidClientTokenId: ['AuthFailure', ''],
}

const ec2: Service = {
  ...queryProtocol('ec2', '2016-11-15'),
  operations: { DescribeRegions: answering({ regionInfo: [] }) },
  formatResult: (operation, content, requestId) =>
    element(`${operation}Response`, toXml({ requestId }) + toXml(content, 'item')),
  formatError({ status, code, message }, requestId) {
    const [Code, start] = EC2_ERRORS[code] ?? [code, '']
    const Errors = { Error: { Code, Message: start + message } }
    const body = toXml({ Response: { Errors, RequestID: requestId } })
    return { status, outcome: Code, body }
  },
}

export const queryServices: readonly Service[] = [cloudformation, ec2, rds, sns]
