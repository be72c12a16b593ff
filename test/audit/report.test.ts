/** What the texts of a report say of an account. */
import { describe, expect, it } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import { toCsv } from '../../src/audit/csv.ts'
import { describeReport } from '../../src/audit/describe-report.ts'
import { toHtml } from '../../src/audit/html/page.ts'
import type { AccountFacts } from '../../src/audit/model.ts'
import {
  deny,
  EVERYTHING,
  facts,
  GATE,
  group,
  policy,
  role,
  user,
} from '../support/account-facts.ts'
import { WITHOUT_MFA } from '../support/account-facts.ts'

describe('the keys of the root user', () => {
  const root = { hasMfa: false, hasKeys: true, hasPassword: true, lastActivity: null }
  const report = auditAccount(facts({ root }))

  it('are a key of which nothing is known, in every output', () => {
    expect(report.users[0]?.keys).toEqual([
      { isActive: true, age: null, lastUsed: null, lastService: null },
    ])
    expect(describeReport(report, 200)).toMatch(/^<root_account> +none +- +yes +no /m)
    const [headings = '', row = ''] = toCsv(report.users).split('\n')
    expect(row.split(',')[headings.split(',').indexOf('active_keys')]).toBe('1')
    expect(toHtml(report)).toContain('1 active<small>age and use not known</small>')
    expect(describeReport(auditAccount(facts({ root: { ...root, hasKeys: false } })), 200)).toMatch(
      /^<root_account> +none +- +none +no /m,
    )
  })

  it('are a finding and a step beside that of no device', () => {
    expect(report.findings.map(({ code }) => code)).toEqual(['root-without-mfa', 'root-has-keys'])
    expect(new Set(report.findings.map(({ message }) => message)).size).toBe(2)
    expect(report.next.map(({ what }) => what)).toEqual([
      'Register an MFA device for the root user, in the console',
      'Delete the access keys of the root user, in the console',
    ])
  })
})

describe('a report on some users', () => {
  const parts: Partial<AccountFacts> = {
    groups: [group('dev', { inline: [EVERYTHING, GATE] }), group('<ops>', {})],
    users: [user('alice', { groups: ['dev'] }), user('bob', { inline: [EVERYTHING] })],
  }
  const verdict = (scope?: { kind: 'user' | 'group'; name: string }) => {
    const [, text = ''] =
      /<p class="verdict">([^]*?)<\/p>/.exec(toHtml(auditAccount(facts(parts), scope))) ?? []
    return text.replaceAll(/<\/?bdi>/g, '')
  }

  it('says so in its headline', () => {
    expect(verdict()).toBe('1 of 2 users can act without MFA.')
    expect(verdict({ kind: 'group', name: 'dev' })).toBe(
      'Every user of the group dev needs MFA for everyday work.',
    )
    expect(verdict({ kind: 'user', name: 'bob' })).toMatch(/^The user bob can act without MFA\./)
    expect(verdict({ kind: 'group', name: '<ops>' })).toBe('The group &lt;ops&gt; has no users.')
  })

  it('says so in JSON and in the terminal', () => {
    const scope = { kind: 'group', name: 'dev' } as const
    const report = auditAccount(facts(parts), scope)
    expect(report.scope).toEqual(scope)
    expect(describeReport(report, 80)).toContain('Users of the group dev: 1;')
    expect(auditAccount(facts(parts)).scope).toBeNull()
  })
})

it('shows the trust policy of a role before it is replaced', () => {
  const open = role('deploy', { Principal: { AWS: user('alice').arn } })
  const [step] = auditAccount(facts({ roles: [open], users: [user('alice')] })).next.slice(-1)
  expect(step?.commands).toEqual([
    'aws iam get-role --role-name deploy --query Role.AssumeRolePolicyDocument',
  ])
})

it('says of an exception without an end that it has none', () => {
  const Condition = { ...WITHOUT_MFA, StringNotEquals: { 'aws:PrincipalTag/mfa': 'exempt' } }
  const robot = user('robot', {
    inline: [EVERYTHING, policy('gate', deny({ Condition }))],
    tags: { mfa: 'exempt' },
  })
  const { users } = auditAccount(facts({ users: [robot] }))
  expect(users[0]?.why).toContain('as an exception without an end;')
  expect(toCsv(users)).toContain('mfa=exempt without an end')
})
