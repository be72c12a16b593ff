import type { PolicyDocument } from '../document.ts'

export interface PolicyToWrite {
  readonly document: PolicyDocument
  readonly name: string
  /** What the policy is attached to, if anything. */
  readonly group: string | undefined
}

/** Text of a file that makes the policy. */
export type WritePolicy = (policy: PolicyToWrite) => Promise<string> | string
