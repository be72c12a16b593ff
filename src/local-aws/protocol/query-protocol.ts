import { ServiceError } from './service-error.ts'
import type { Params, Service } from './service.ts'
import { element, toXml } from './xml.ts'

/** What services that use the AWS Query protocol have in common. */
export function queryProtocol(name: string, version: string): Omit<Service, 'operations'> {
  const namespace = `https://${name}.amazonaws.com/doc/${version}/`
  return {
    name,
    operationName: (_request, { Action }) => Action ?? '',
    unknownOperation(operation) {
      const message = `Could not find operation ${operation} for version ${version}`
      return new ServiceError(400, 'InvalidAction', message)
    },
    formatResult(operation, content, requestId) {
      const result = element(`${operation}Result`, toXml(content))
      const metadata = toXml({ ResponseMetadata: { RequestId: requestId } })
      return element(`${operation}Response`, result + metadata, namespace)
    },
    formatError({ status, code, message }, requestId) {
      const Type = status < 500 ? 'Sender' : 'Receiver'
      const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId }
      return { status, outcome: code, body: element('ErrorResponse', toXml(content), namespace) }
    },
  }
}

/** The members of a list parameter, which the protocol sends as `Name.member.1` and so on. */
export function listParam(params: Params, name: string): string[] {
  const members: string[] = []
  for (let index = 1; ; index += 1) {
    const member = params[`${name}.member.${index}`]
    if (member === undefined) return members
    members.push(member)
  }
}

/** The tags of a request, by key. */
export function tagsIn(params: Params): Record<string, string> {
  const tags: Record<string, string> = {}
  for (let index = 1; ; index += 1) {
    const key = params[`Tags.member.${index}.Key`]
    if (key === undefined) return tags
    tags[key] = params[`Tags.member.${index}.Value`] ?? ''
  }
}
