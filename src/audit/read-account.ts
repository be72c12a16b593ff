/** Reads an account for an audit: few requests, however many users it has. */
import type { Administrator } from '../administration/administrator.ts'
import { inParallel } from '../administration/in-parallel.ts'
import { AwsError } from '../aws/api.ts'
import { classifyError } from '../aws/errors/classify.ts'
import type { VirtualDevice } from '../aws/iam-api.ts'
import { isNoSuchEntity } from '../aws/errors/from-sdk.ts'
import { readAuthorizationDetails, readCredentialReport } from '../aws/whole-account.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { collectFacts, devicesToAsk, passwordsToAsk, type AccountAnswers } from './facts.ts'
import type { AccountFacts, Unread } from './model.ts'

/** Throws a Failure where the users and policies may not be read, and AwsError where AWS does not answer. */
export async function readAccount(context: Context, admin: Administrator): Promise<AccountFacts> {
  const { aws, account, partition, progress } = admin
  const unread: Unread[] = []
  const read = reader(unread)
  const devices = 'what devices users have'
  progress('Reading the account')
  try {
    const [details, report, virtualDevices, summary] = await Promise.all([
      readDetails(context, admin),
      read('iam:GetCredentialReport', 'passwords, keys and when they were used', async () =>
        readCredentialReport(context, aws),
      ),
      read('iam:ListVirtualMFADevices', devices, async () => aws.listVirtualDevices('Assigned')),
      read('iam:GetAccountSummary', 'devices and keys of the root user', async () =>
        aws.accountSummary(),
      ),
    ])
    const answers = {
      details,
      report: report && new Map(report.map((row) => [row.user, row])),
      virtualDevices: virtualDevices && countByUser(virtualDevices),
      summary,
    }
    const [serials, profiles] = await Promise.all([
      read('iam:ListMFADevices', 'which devices are security keys', async () =>
        askForEach(devicesToAsk(answers), async (name) => aws.listMfaDevices(name)),
      ),
      read('iam:GetLoginProfile', 'who must set a new password', async () =>
        askForEach(passwordsToAsk(answers), async (name) => aws.loginProfile(name)),
      ),
    ])
    const readAt = context.now()
    return collectFacts({ ...answers, serials, profiles }, { account, partition, readAt, unread })
  } finally {
    progress('')
  }
}

type Details = AccountAnswers['details']

/** Without these there is nothing to judge. */
async function readDetails(
  context: Context,
  { aws, arn, partition }: Administrator,
): Promise<Details> {
  try {
    return await readAuthorizationDetails(context, aws)
  } catch (error) {
    if (!(error instanceof AwsError) || classifyError(error) !== 'refused') throw error
    throw new Failure(
      'refused',
      `${arn} may not read the account: iam:GetAccountAuthorizationDetails is refused (${error.code}).`,
      `allow it, for example with the policy arn:${partition}:iam::aws:policy/SecurityAudit`,
      { cause: error },
    )
  }
}

/** Makes calls that the report can do without. */
function reader(unread: Unread[]) {
  return async <T>(
    action: string,
    lacks: string,
    call: () => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof AwsError) || !isDispensable(error)) throw error
      unread.push({ action, code: error.code, lacks })
      return undefined
    }
  }
}

/** Refused, never ready or cut off; not what would stop every other call as well. */
function isDispensable(error: AwsError): boolean {
  const errorClass = classifyError(error)
  return errorClass === 'refused' || (errorClass === 'unknown' && error.status !== undefined)
}

/** The answers by user; without users who were deleted meanwhile. */
async function askForEach<T>(
  names: readonly string[],
  ask: (name: string) => Promise<T>,
): Promise<Map<string, T>> {
  const answers = await inParallel(names, async (name): Promise<[string, T][]> => {
    try {
      return [[name, await ask(name)]]
    } catch (error) {
      if (isNoSuchEntity(error)) return []
      throw error
    }
  })
  return new Map(answers.flat())
}

function countByUser(devices: readonly VirtualDevice[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { userName = '' } of devices) counts.set(userName, (counts.get(userName) ?? 0) + 1)
  return counts
}
