import { findLeftovers, type ToolFinding } from '../../src/import/tools.ts'
import { applyEdit } from '../../src/profile/ini/edit.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { joinPlans } from '../../src/profile/setup/setup-plan.ts'

export interface Texts {
  readonly config?: string
  readonly credentials?: string
}

export const NOW = Date.parse('2026-11-25T00:00:00Z')
export const SELF = ['/usr/bin/node', '/opt/mfa-login']
export const LINE = (profile: string): string =>
  `credential_process = /usr/bin/node /opt/mfa-login credential-process --profile ${profile}`

/** A section with long-term keys, or with a session. */
export function keys(section: string, token?: string): string {
  const end = token === undefined ? '' : `aws_session_token = ${token}\n`
  return `[${section}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n${end}`
}

/** What import finds in these files, and the files as they are after it. */
export function imported(from: string | undefined, { config = '', credentials = '' }: Texts) {
  const files = { config: parseIni(config), credentials: parseIni(credentials) }
  const program = { platform: 'linux', words: SELF }
  const findings = findLeftovers({ files, now: NOW, program }, from)
  const plan = joinPlans(findings.flatMap((finding) => finding.plan ?? []))
  const after = {
    config: plan.config.reduce((text, edit) => applyEdit(parseIni(text), 'config', edit), config),
    credentials: plan.credentials.reduce(
      (text, edit) => applyEdit(parseIni(text), 'credentials', edit),
      credentials,
    ),
  }
  return { findings, after, words: plan.summary }
}

/** Who said what of a profile, for a short look. */
export function said(findings: readonly ToolFinding[], profile: string): string {
  return findings
    .filter((finding) => finding.profile === profile)
    .map(({ message, next = '' }) => `${message} → ${next}`)
    .join('\n')
}
