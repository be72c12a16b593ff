/** Reads the credential report (IAM User Guide, "Generate credential reports"). Pure. */
import type { AwsError } from '../api.ts'
import type { CredentialRow } from '../account-api.ts'
import { notAws } from '../errors/from-sdk.ts'

/** What stands in place of a time or a name where there is none. */
const NOTHING = new Set(['N/A', 'no_information', 'not_supported', ''])

/** The value of a column in one row. */
type Cell = (column: string) => string

/** Columns that nothing asks for are ignored. Throws an AwsError for a report that is cut off or malformed. */
export function parseCredentialReport(text: string): CredentialRow[] {
  const [header = [], ...rows] = text.split(/\r?\n/).map(splitRow)
  const filled = rows.filter((cells, index) => index < rows.length - 1 || cells.join('') !== '')
  if (filled.length === 0) throw malformed('it has no rows')
  return filled.map((cells, index) => {
    const line = index + 2
    const row = joinName(cells, header.length)
    if (row.length !== header.length) {
      throw malformed(`line ${line} has ${row.length} columns, the first line ${header.length}`)
    }
    return readRow((column) => {
      const at = header.indexOf(column)
      if (at < 0) throw malformed(`it has no column ${column}`)
      return row[at] ?? ''
    }, line)
  })
}

function readRow(cell: Cell, line: number): CredentialRow {
  const isTrue = (column: string): boolean | undefined => {
    const value = cell(column).toLowerCase()
    if (value === 'true' || value === 'false') return value === 'true'
    if (NOTHING.has(cell(column))) return undefined
    throw malformed(`${column} in line ${line} is neither true nor false`)
  }
  const time = (column: string): number | null => {
    if (NOTHING.has(cell(column))) return null
    const milliseconds = Date.parse(cell(column))
    if (Number.isFinite(milliseconds)) return milliseconds
    throw malformed(`${column} in line ${line} is no time`)
  }
  const keys = ['access_key_1', 'access_key_2'].flatMap((key) => {
    const changedAt = time(`${key}_last_rotated`)
    if (changedAt === null) return []
    const service = cell(`${key}_last_used_service`)
    return {
      isActive: isTrue(`${key}_active`) ?? false,
      changedAt,
      lastUsed: time(`${key}_last_used_date`),
      lastService: NOTHING.has(service) ? null : service,
    }
  })
  return {
    user: cell('user'),
    arn: cell('arn'),
    hasMfa: isTrue('mfa_active') ?? false,
    hasPassword: isTrue('password_enabled'),
    passwordLastUsed: time('password_last_used'),
    passwordChangedAt: time('password_last_changed'),
    keys,
  }
}

/** The cells of a line of CSV (RFC 4180). */
function splitRow(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  )
}

/** Names may have commas, and AWS does not say whether it quotes them: here, too many cells are parts of a name. */
function joinName(cells: readonly string[], columns: number): readonly string[] {
  const parts = cells.length - columns
  if (parts <= 0) return cells
  const start = cells.slice(0, parts + 2).join(',')
  const [user = '', arn] = start.split(/,(?=arn:)/, 2)
  return arn === undefined ? cells : [user, arn, ...cells.slice(parts + 2)]
}

function malformed(problem: string): AwsError {
  return notAws(`the credential report is cut off or malformed: ${problem}`)
}
