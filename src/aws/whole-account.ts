/** What takes several requests to read; each is made again where that may help. */
import type { Context } from '../context.ts'
import type { AccountCalls, AuthorizationDetails, CredentialRow } from './account-api.ts'
import type { AwsError } from './api.ts'
import { classifyError, type ErrorClass } from './errors/classify.ts'
import { retry } from './retry.ts'

/** All pages. Throws AwsError. */
export async function readAuthorizationDetails(
  context: Pick<Context, 'sleep'>,
  aws: Pick<AccountCalls, 'authorizationDetails'>,
): Promise<AuthorizationDetails> {
  const pages: AuthorizationDetails[] = []
  let next: string | undefined
  do {
    const page = await retry(context, async () => aws.authorizationDetails(next))
    pages.push(page)
    next = page.next
  } while (next !== undefined)
  return {
    users: pages.flatMap(({ users }) => users),
    groups: pages.flatMap(({ groups }) => groups),
    roles: pages.flatMap(({ roles }) => roles),
    policies: pages.flatMap(({ policies }) => policies),
  }
}

/** The SDK's names for AWS's ReportInProgress, ReportNotPresent and ReportExpired. */
const NOT_READY = new Set(
  ['NotReady', 'NotPresent', 'Expired'].map((state) => `CredentialReport${state}`),
)

/** Asks for a report and waits for it; AWS makes a new one once in four hours. Throws AwsError. */
export async function readCredentialReport(
  context: Pick<Context, 'sleep'>,
  aws: Pick<AccountCalls, 'generateCredentialReport' | 'credentialReport'>,
): Promise<CredentialRow[]> {
  const classify = (error: AwsError): ErrorClass =>
    NOT_READY.has(error.code) ? 'not-ready' : classifyError(error)
  await retry(context, async () => aws.generateCredentialReport())
  return retry(context, async () => aws.credentialReport(), { classify })
}
