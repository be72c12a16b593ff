import { notAws } from '../errors/from-sdk.ts'

/** IAM API reference, GetPolicyVersion: documents come URL-encoded (RFC 3986). Throws an AwsError. */
export function decodeDocument(document: unknown): string {
  if (typeof document !== 'string') throw notAws('no policy document in the answer')
  try {
    return decodeURIComponent(document)
  } catch {
    // Not encoded, by an emulator: a percent sign stands for itself.
    return document
  }
}
