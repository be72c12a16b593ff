import { userArn } from '../account/arns.ts'
import { createUser } from '../account/create.ts'
import type { AccessKey, Account, User } from '../account/model.ts'
import { ServiceError } from '../protocol/service-error.ts'
import type { Operations } from '../protocol/service.ts'
import { formatDate } from '../protocol/xml.ts'

/** IAM User Guide, "Generate credential reports": at most one in four hours. */
const VALID_MS = 4 * 3_600_000

/** Real reports lack the last column of the guide, `additional_credentials_info`. */
const KEY_COLUMNS = [
  'active',
  'last_rotated',
  'last_used_date',
  'last_used_region',
  'last_used_service',
]
const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((key) => KEY_COLUMNS.map((column) => `access_key_${key}_${column}`)),
  ...[1, 2].flatMap((cert) => [`cert_${cert}_active`, `cert_${cert}_last_rotated`]),
]

export const credentialReportOperations: Operations = {
  /** The report shows the account as it is now, however long it takes. */
  GenerateCredentialReport: {
    resource: () => '*',
    run({ state }) {
      const report = state.credentialReport
      if (report !== undefined && state.now() < report.readyAt) return { State: 'INPROGRESS' }
      if (report !== undefined && state.now() <= report.readyAt + VALID_MS) {
        return { State: 'COMPLETE' }
      }
      const readyAt = state.now() + state.account.credentialReportMs
      state.credentialReport = { content: reportOf(state.account), readyAt }
      const Description = `No report exists. Starting a new report generation task`
      return { Description, State: 'STARTED' }
    },
  },
  GetCredentialReport: {
    resource: () => '*',
    run({ state }) {
      const report = state.credentialReport
      // The message of these errors is not more than this.
      if (report === undefined) throw new ServiceError(410, 'ReportNotPresent', 'Unknown')
      if (state.now() < report.readyAt) throw new ServiceError(404, 'ReportInProgress', 'Unknown')
      if (state.now() > report.readyAt + VALID_MS) {
        throw new ServiceError(410, 'ReportExpired', 'Unknown')
      }
      return {
        Content: Buffer.from(report.content).toString('base64'),
        ReportFormat: 'text/csv',
        GeneratedTime: formatDate(report.readyAt),
      }
    },
  },
}

/** CSV: the root user, then the others by name. */
function reportOf(account: Account): string {
  const root = account.users.find(({ isRoot }) => isRoot)
  const users = account.users
    .filter(({ isRoot }) => !isRoot)
    .sort((one, other) => compare(one.name.toLowerCase(), other.name.toLowerCase()))
  const rows = [root ?? createUser('root', { isRoot: true, keys: [] }), ...users]
  return [COLUMNS, ...rows.map((user) => rowOf(account, user))]
    .map((cells) => cells.map(quoteCell).join(','))
    .join('\n')
}

function rowOf(account: Account, user: User): string[] {
  return [
    user.isRoot ? '<root_account>' : user.name,
    userArn(account, user),
    formatDate(user.createdAt),
    ...passwordCells(user),
    String(user.devices.length > 0),
    ...[0, 1].flatMap((index) => keyCells(user.keys[index])),
    ...['false', 'N/A', 'false', 'N/A'],
  ]
}

/** There is no password policy, so no password has to be rotated. */
function passwordCells(user: User): string[] {
  const used = user.passwordLastUsed === undefined ? undefined : formatDate(user.passwordLastUsed)
  if (user.isRoot) {
    return ['not_supported', used ?? 'no_information', 'not_supported', 'not_supported']
  }
  if (user.password === undefined) return ['false', 'N/A', 'N/A', 'N/A']
  const changed = formatDate(user.passwordSetAt ?? user.createdAt)
  return ['true', used ?? 'no_information', changed, 'N/A']
}

function keyCells(key: AccessKey | undefined): string[] {
  if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A']
  const { status, createdAt, lastUsed } = key
  const used = lastUsed && [formatDate(lastUsed.at), lastUsed.region, lastUsed.service]
  return [String(status === 'Active'), formatDate(createdAt), ...(used ?? ['N/A', 'N/A', 'N/A'])]
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/** Names may have commas; AWS does not say what it does with them. */
function quoteCell(cell: string): string {
  return cell.includes(',') ? `"${cell}"` : cell
}
