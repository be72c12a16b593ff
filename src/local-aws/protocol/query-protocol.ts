import { Refusal } from './service-error.ts'
import type { Params, Service } from './service.ts'
import { element, toXml } from './xml.ts'

/** The parts of a service that the AWS Query protocol settles. */
export function queryProtocol(
  namespace: string,
  version: string,
): Pick<Service, 'actionOf' | 'unknownAction' | 'answer' | 'refuse'> {
  return {
    actionOf: (_call, { Action }) => Action ?? '',
    unknownAction: (action) =>
      new Refusal(
        400,
        'InvalidAction',
        `Could not find operation ${action} for version ${version}`,
      ),
    answer(action, content, requestId) {
      const result = element(`${action}Result`, toXml(content))
      const metadata = toXml({ ResponseMetadata: { RequestId: requestId } })
      return element(`${action}Response`, result + metadata, namespace)
    },
    refuse({ status, code, message }, requestId) {
      const Type = status < 500 ? 'Sender' : 'Receiver'
      const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId }
      return { status, code, body: element('ErrorResponse', toXml(content), namespace) }
    },
  }
}

/** A list's members in order; the protocol sends them as `Name.member.1` and so on. */
export function listIn(params: Params, name: string): string[] {
  const members: string[] = []
  for (let index = 1; ; index += 1) {
    const member = params[`${name}.member.${index}`]
    if (member === undefined) return members
    members.push(member)
  }
}
