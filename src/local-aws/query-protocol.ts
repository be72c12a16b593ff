import { Refusal } from './refusal.ts'
import type { Service } from './service.ts'
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
