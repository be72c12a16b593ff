/** What the commands for devices ask IAM, and where they ask the person. */
import { AwsError, type Aws } from '../aws/api.ts'
import type { Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { userNameIn } from '../aws/iam-api.ts'

export interface User {
  readonly userName: string
  readonly account: string
}

/** The IAM user that the keys belong to. Throws a Failure for keys of a role or of the root user. */
export async function getUser(aws: Aws, errorContext: ErrorContext): Promise<User> {
  const { arn, account } = await withExplanation(errorContext, async () => aws.getCallerIdentity())
  const userName = userNameIn(arn)
  if (userName !== undefined) return { userName, account }
  throw new Failure(
    'refused',
    `${arn} is not an IAM user; only IAM users can manage their MFA devices here.`,
    'a profile with a user’s long-term keys; the root user’s devices are managed in the AWS console',
  )
}

/** The result of a call, or `fallback` if AWS refuses it. */
export async function unlessRefused<T>(fallback: T, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof AwsError) return fallback
    throw error
  }
}

/** The virtual devices of the account; none if the policy does not allow listing them. */
export async function listVirtualDevices(aws: Aws): ReturnType<Aws['listVirtualDevices']> {
  return unlessRefused([], async () => aws.listVirtualDevices())
}

/** Deletes a device that is assigned to no user; false if the policy does not allow it. */
export async function tryDelete(aws: Aws, serialNumber: string): Promise<boolean> {
  return unlessRefused(false, async () => {
    await aws.deleteVirtualDevice(serialNumber)
    return true
  })
}

/** Asks after the change at AWS: Ctrl-C undoes nothing and returns undefined, and the caller asks no more. */
export async function confirmAfterwards(
  terminal: Terminal,
  question: string,
  initial: boolean,
): Promise<boolean | undefined> {
  try {
    return await terminal.confirm(question, initial)
  } catch (error) {
    if (error instanceof Failure && error.exit === 'cancelled') return undefined
    throw error
  }
}

/** The terminal to ask for codes. Throws a Failure if there is none. */
export async function requireTerminal(context: Context, command: string): Promise<Terminal> {
  const terminal = await context.openTerminal()
  if (terminal !== undefined) return terminal
  throw new Failure('noCodeSource', 'You have to type two codes.', `${command}, in a terminal`)
}
