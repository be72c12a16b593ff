import { isObject, type Json } from '../lines.ts'
import type { PolicyType } from '../size.ts'

/** A policy as a file has it. */
export interface FoundPolicy {
  /** Its name in the file; undefined if the file is the policy. */
  readonly name?: string | undefined
  /** What it is in AWS, where the file says so. */
  readonly type?: PolicyType | undefined
  readonly line: number
  /** An object, or its JSON as text, which may be URL-encoded. */
  readonly document: unknown
  /** Why there is no document, and the command that finds it out. */
  readonly unknown?: Unknown
  /** The conditions of a template that are taken to hold. */
  readonly assumes?: readonly string[]
}

export interface Unknown {
  /** What the policy is, such as `known after apply only`. */
  readonly reason: string
  readonly remedy: string
}

/** A form of file that has policies. */
export interface PolicyFormat {
  /** With its article, for messages. */
  readonly name: string
  /** By the content of the file. */
  matches(file: Json | readonly unknown[]): boolean
  find(file: Json): FoundPolicy[]
}

/** Accounts, regions and partitions as documentation writes them, for files that leave them open. */
export const EXAMPLE = {
  partition: 'aws',
  account: '123456789012',
  region: 'us-east-1',
  suffix: 'amazonaws.com',
} as const

/** The command that makes Terraform evaluate its files. */
export const MAKE_PLAN =
  'terraform plan -out tfplan && terraform show -json tfplan > plan.json, and check plan.json'

/**
 * Text that the file does not tell: a policy variable that no request has. The evaluator tries what it may be, and
 * names it.
 */
export function unknownText(name: string): string {
  return `\${${name.replaceAll(/[^\w.:/-]+/g, '-')}}`
}

/** A document that IAM would take whatever the unknown texts are. */
export function settleUnknown(document: unknown): unknown {
  if (!isObject(document)) return document
  for (const statement of [document.Statement].flat().filter(isObject)) {
    const { Sid } = statement
    if (typeof Sid === 'string') statement.Sid = Sid.replaceAll(/\$\{[^}]*\}/g, '')
    for (const element of ['Resource', 'NotResource'] as const) {
      const value = statement[element]
      if (value !== undefined) statement[element] = [value].flat().map(asArn)
    }
  }
  return document
}

function asArn(resource: unknown): unknown {
  return typeof resource === 'string' && resource.startsWith('${') ? `arn:${resource}` : resource
}
