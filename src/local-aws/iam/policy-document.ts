import type { PolicyDocument } from '../../policy/document.ts'
import { readPolicyText } from '../../policy/read-text.ts'
import { ServiceError } from '../protocol/service-error.ts'

/** Throws AWS's MalformedPolicyDocument. */
export function parsePolicyDocument(text: string): PolicyDocument {
  const read = readPolicyText(text)
  if ('policy' in read) return read.policy
  throw new ServiceError(400, 'MalformedPolicyDocument', 'Syntax errors in policy.')
}

/** Responses have documents URL-encoded by RFC 3986 (IAM API reference, PolicyVersion). */
export function encodePolicyDocument(text: string): string {
  return RESERVED.reduce(
    (encoded, character) =>
      encoded.replaceAll(character, `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    encodeURIComponent(text),
  )
}

/** RFC 3986 reserves these characters, and encodeURIComponent leaves them as they are. */
const RESERVED = ['!', "'", '(', ')', '*']
