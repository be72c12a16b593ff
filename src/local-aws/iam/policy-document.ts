import type { PolicyDocument } from '../../policy/document.ts'
import { readPolicyText } from '../../policy/read-text.ts'
import { Refusal } from '../protocol/service-error.ts'

/** What a policy says; throws AWS's MalformedPolicyDocument where it says nothing. */
export function readDocument(text: string): PolicyDocument {
  const read = readPolicyText(text)
  if ('policy' in read) return read.policy
  throw new Refusal(400, 'MalformedPolicyDocument', 'Syntax errors in policy.')
}

/** IAM quotas: blanks do not count. */
export function countedSize(text: string): number {
  return text.replace(/\s/g, '').length
}

/** IAM API reference, PolicyVersion: answers hold documents URL-encoded by RFC 3986. */
export function encodeDocument(text: string): string {
  // Those five are reserved by the RFC and left alone by encodeURIComponent.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
