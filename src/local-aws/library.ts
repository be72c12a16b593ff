/** `mfa-login/local-aws`: what tests in JavaScript and TypeScript import. */
import { Failure } from '../failure.ts'
import { protectedAccount } from './account/demo-account.ts'
import type { Account } from './account/model.ts'
import { describeForPrograms } from './describe.ts'
import { checkDescription } from './description/check.ts'
import { DescriptionProblem } from './description/problem.ts'
import type { AccountDescription } from './description/schema.ts'
import { toAccount } from './description/to-account.ts'
import type { DeviceName, RecordedRequest, RunningAccount } from './public-types.ts'
import { startLocalAws as startServer } from './server.ts'

export type { AccountDescription } from './description/schema.ts'
export type { DeviceName, RecordedRequest, RunningAccount, RunningUser } from './public-types.ts'

export interface LocalAwsOptions {
  /** As in a file of `local-aws --account`. Default: alice, who needs MFA for everything, and admin. */
  readonly account?: AccountDescription | undefined
  /** Default: a free one. */
  readonly port?: number | undefined
}

export interface LocalAws extends RunningAccount {
  /** All requests so far. */
  readonly requests: readonly RecordedRequest[]
  /**
   * A token code that the local AWS accepts now, each once, by default of the first user who has a device. There are two
   * at once; after that, it waits up to 30 seconds for the next one. Throws an Error if there is no such device.
   */
  code(device?: DeviceName): Promise<string>
  close(): Promise<void>
}

/** Starts a small AWS on 127.0.0.1 that enforces MFA. Throws an Error for a wrong account, or a port that is not free. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { account, port = 0 } = options
  const aws = await startAccount(
    account === undefined ? protectedAccount() : await describedAccount(account),
    port,
  )
  return {
    ...describeForPrograms(aws),
    requests: aws.requests,
    code: async (device) => {
      const found = await aws.code(device)
      if (found !== undefined) return found.code
      throw new Error('There is no such MFA device in the account.')
    },
    close: async () => aws.close(),
  }
}

/** Throws an Error without what only the command line shows. */
async function startAccount(account: Account, port: number) {
  try {
    return await startServer({ account, port })
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    throw new Error(failure.message, { cause: failure.cause })
  }
}

async function describedAccount(description: AccountDescription) {
  try {
    return toAccount(await checkDescription(description))
  } catch (problem) {
    if (!(problem instanceof DescriptionProblem)) throw problem
    throw new Error(`account: ${problem.message}`, { cause: problem })
  }
}
