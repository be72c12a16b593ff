import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toHtml } from '../../../src/audit/html/page.ts'
import { auditReport, fortyUsers, hostileReport, userVerdict } from '../../support/audit-report.ts'

const page = toHtml(fortyUsers())

describe('the page of an audit', () => {
  it('begins with what it is about and what it found', () => {
    const text = toText(page)
    expect(text).toContain('AWS account 123456789012')
    expect(text).toContain('2026-11-27, 18:05 UTC')
    expect(text).toContain('26 of 40 users can act without MFA, 13 of them in part.')
  })

  it('says so if every user needs MFA, or if there is none', () => {
    const covered = userVerdict(0, 'alice')
    expect(toText(toHtml(auditReport([covered])))).toContain('Every user needs MFA')
    expect(toText(toHtml(auditReport([])))).toContain('has no IAM users')
  })

  it('allows its own style and script by their hashes, and nothing else', () => {
    const [, allowed = ''] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(page) ?? []
    const rules = allowed.replaceAll('&#39;', "'").split('; ')
    const hash = (tag: string): string => {
      const [, text = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page) ?? []
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    }
    expect(rules).toEqual([
      "default-src 'none'",
      `script-src ${hash('script')}`,
      `style-src ${hash('style')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  it('names nothing outside, and styles nothing in attributes, which its policy would refuse', () => {
    expect(page).not.toMatch(/\b(src|href)="(?!#)|url\(|@import|https?:|\sstyle=|\son\w+=/)
  })

  it('has one heading of the first level, and scopes for those of tables', () => {
    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page.match(/<th\b(?! scope="(?:col|row)")/g)).toBeNull()
  })

  it('names why a user is not enforced, and exceptions without an end', () => {
    const text = toText(page)
    expect(text).toContain(
      's3:ListAllMyBuckets with an access key alone, allowed by AdministratorAccess: #1',
    )
    expect(text).toContain('denied by mfa_mandatory: DenyAllElseWithoutMfa')
    expect(text).toContain('exception for mfa=exempt, without an end')
    expect(text).toContain('exception for mfa=exempt, until 2027-03-31')
  })

  it('has what to do next with its commands, roles, and policies with their findings', () => {
    const text = toText(page)
    expect(text).toContain('mfa-login policy apply --group developers --profile admin')
    expect(text).toContain('arn:aws:iam::123456789012:role/ops/break-glass')
    expect(text).toMatch(/error bool-not-if-exists in DenyAllExceptListedIfNoMFA/)
  })

  it('says at its head that it is not complete, and at its end what it lacks', () => {
    expect(page).not.toContain('id="unread"')
    const refused = {
      action: 'iam:GetCredentialReport',
      code: 'AccessDenied',
      lacks: 'when keys were used',
    }
    const text = toText(toHtml({ ...fortyUsers(), unread: [refused] }))
    expect(text).toContain('not complete: 1 part of the account could not be read')
    expect(text).toContain('iam:GetCredentialReport AccessDenied when keys were used')
  })

  it('says "not known" for what is not known', () => {
    const unknown = { ...userVerdict(1, 'alice'), devices: null, password: null, keys: null }
    const [, , row = ''] = toHtml(auditReport([unknown])).split('<tr data-enforced')
    expect(toText(row.split('</tr>')[0]!).match(/not known/g)).toHaveLength(3)
  })

  it('has no character that controls a terminal or turns text round', () => {
    expect(toHtml(hostileReport()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

/** What a person reads. */
function toText(html: string): string {
  return html
    .replace(/<(style|script)>[^]*?<\/\1>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([,:.])/g, '$1')
}
