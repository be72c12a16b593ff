/** The head of the page: figures and bars; pure. */
import { ENFORCED, IF_ENFORCED, type AuditReport, type UserVerdict } from '../report.ts'
import { ROOT } from '../root.ts'
import { listUnread } from '../unread.ts'
import { formatNumber, html, name, type Content, type Markup } from './markup.ts'
import { count, ENFORCED_WORDS, IF_ENFORCED_WORDS, UNKNOWN, type Tone } from './words.ts'

export function title({ account }: Pick<AuditReport, 'account'>): string {
  return `MFA audit of the AWS account ${account.id}`
}

export function renderHead(report: AuditReport): Markup {
  const { account, readAt } = report
  const lacking = listUnread(report).length
  const partition = account.partition === 'aws' ? '' : ` (${account.partition})`
  return html`<header>
    <p class="eyebrow">MFA audit</p>
    <h1>AWS account ${account.id}${partition}</h1>
    <p class="muted">
      Read on <time datetime="${readAt}">${moment(readAt)}</time>; what AWS says of keys and
      passwords may be four hours older.
    </p>
    <p class="verdict">${headline(report)}</p>
    ${
      lacking === 0
        ? ''
        : html`<p class="notice">
            This report is not complete: ${count(lacking, 'part')} of the account could not be read.
            <a href="#unread">What could not be read</a>
          </p>`
    }
  </header>`
}

function moment(time: string): string {
  const [date = '', clock = ''] = time.split('T')
  return `${date}, ${clock.slice(0, 5)} UTC`
}

function headline({ summary: { users, enforced }, scope }: AuditReport): Content {
  const open = enforced.no + enforced.partly
  if (scope?.kind === 'user') {
    const user = html`The user ${name(scope.name)}`
    const limit = ' This report is about no other user.'
    return [user, open === 0 ? ' needs MFA for everyday work.' : ' can act without MFA.', limit]
  }
  const of = scope === null ? '' : html` of the group ${name(scope.name)}`
  if (users === 0) {
    return scope === null
      ? 'This account has no IAM users.'
      : html`The group ${name(scope.name)} has no users.`
  }
  if (open === 0) return ['Every user', of, ' needs MFA for everyday work.']
  const inPart = enforced.partly === 0 ? '' : `, ${formatNumber(enforced.partly)} of them in part`
  const noun = users === 1 ? 'user' : 'users'
  return [
    `${formatNumber(open)} of ${formatNumber(users)} ${noun}`,
    of,
    ` can act without MFA${inPart}.`,
  ]
}

export function renderFigures({ summary, users }: AuditReport): Markup {
  const figures: readonly (readonly [string, number | string])[] = [
    ['users', summary.users],
    ['need MFA', summary.enforced.yes],
    ['partly', summary.enforced.partly],
    ['act without MFA', summary.enforced.no],
    ['without a device', summary.withoutDevice],
    ['security keys alone', summary.securityKeyOnly],
    ['with a password', summary.withPassword],
    ['active access keys', summary.keys],
    ['keys over 90 days old', countOldKeys(users)],
    ['roles without MFA', summary.rolesWithoutMfa],
    ['exceptions', summary.exceptions],
    ['root user', describeRoot(users)],
  ]
  return html`<dl class="figures">
    ${figures.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${typeof value === 'number' ? formatNumber(value) : value}</dd>
        </div> `,
    )}
  </dl>`
}

function countOldKeys(users: readonly UserVerdict[]): number {
  const keys = users.flatMap((user) => user.keys ?? [])
  return keys.filter(({ isActive, age }) => isActive && age !== null && age > 90).length
}

function describeRoot(users: readonly UserVerdict[]): string {
  const root = users.find(({ user }) => user === ROOT)
  if (root?.devices == null) return UNKNOWN
  return root.devices.length > 0 ? 'has MFA' : 'no MFA'
}

export function renderBars({ summary }: AuditReport): Markup {
  const enforced = ENFORCED.map(
    (verdict) => [verdict, ENFORCED_WORDS[verdict].tone, summary.enforced[verdict]] as const,
  )
  const ifEnforced = IF_ENFORCED.map(
    (verdict) => [verdict, IF_ENFORCED_WORDS[verdict].tone, summary.ifEnforced[verdict]] as const,
  )
  return html`<div class="panels">
    ${bars('Is MFA enforced?', enforced, summary.users)}
    ${bars('If it were enforced today', ifEnforced, summary.users)}
  </div>`
}

type Bar = readonly [label: string, tone: Tone, value: number]

/** SVG, whose widths are attributes: the policy of the page allows no style attributes, and printers keep its colors. */
function bars(caption: string, rows: readonly Bar[], total: number): Markup {
  return html`<table class="bars">
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${rows.map(
        ([label, tone, value]) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width="100" height="10" />
                <rect class="${tone}" width="${percent(value, total)}" height="10" />
              </svg>
            </td>
            <td>${formatNumber(value)}</td>
            <td class="muted">${Math.round(percent(value, total))}%</td>
          </tr> `,
      )}
    </tbody>
  </table>`
}

function percent(value: number, total: number): number {
  return total === 0 ? 0 : (100 * value) / total
}
