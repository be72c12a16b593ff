export type Version = '2008-10-17' | '2012-10-17'

/** An identity policy in IAM's JSON format, where every single value has become a list. */
export interface PolicyDocument {
  Version: Version
  Id?: string
  Statement: Statement[]
}

export interface Statement {
  Sid?: string
  Effect: 'Allow' | 'Deny'
  /** A statement has either Action or NotAction, and either Resource or NotResource. */
  Action?: string[]
  NotAction?: string[]
  Resource?: string[]
  NotResource?: string[]
  /** By operator, then by context key. */
  Condition?: Conditions
}

export type Conditions = Record<string, Record<string, string[]>>
