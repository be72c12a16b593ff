/** Roles, policies, and what the report lacks; pure. */
import type { AuditReport, GateVerdict, RoleVerdict } from '../report.ts'
import { listUnread } from '../unread.ts'
import { html, name, type Content, type Markup } from './markup.ts'
import { badge, day, ENFORCED_WORDS, IF_ENFORCED_WORDS, someNames, type Tone } from './words.ts'

export function section(id: string, heading: string, content: Content): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${content}
  </section>`
}

function list(headings: readonly string[], rows: readonly Markup[]): Markup {
  return html`<table class="list">
    <thead>
      <tr>
        ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

export function renderRoles(roles: readonly RoleVerdict[]): Markup | '' {
  if (roles.length === 0) return ''
  const rows = roles.map(
    ({ role, arn, users, usersNotKnown, lastUsed }) =>
      html`<tr>
        <th scope="row">${name(role)}<small>${name(arn)}</small></th>
        <td>
          ${someNames(users)}${
            usersNotKnown.length === 0
              ? ''
              : html`<small>not known: ${someNames(usersNotKnown)}</small>`
          }
        </td>
        <td>${lastUsed === null ? 'none known' : day(lastUsed)}</td>
      </tr> `,
  )
  return section('roles', 'Roles that users may take without MFA', [
    html`<p class="muted">
      Their trust policies do not ask for MFA, so a policy on the user alone does not protect them.
    </p>`,
    list(['Role', 'Users', 'Last used'], rows),
  ])
}

const SEVERITY_TONES: Readonly<Record<string, Tone>> = { error: 'bad', warning: 'mid', note: 'act' }

export function renderPolicies(policies: readonly GateVerdict[]): Markup | '' {
  if (policies.length === 0) return ''
  const rows = policies.map(
    ({ policy, arn, attachedTo, findings }) =>
      html`<tr>
        <th scope="row">${name(policy)}<small>${arn === null ? 'inline' : name(arn)}</small></th>
        <td>${attachedTo.length === 0 ? 'nothing' : someNames(attachedTo)}</td>
        <td>
          ${
            findings.length === 0
              ? badge('no findings', 'good')
              : html`<ul class="findings">
                  ${findings.map(renderFinding)}
                </ul>`
          }
        </td>
      </tr> `,
  )
  return section(
    'policies',
    'Policies that ask for MFA',
    list(['Policy', 'Attached to', 'Findings'], rows),
  )
}

function renderFinding({
  code,
  severity,
  statement,
  message,
  remedy,
}: GateVerdict['findings'][number]): Markup {
  return html`<li>
    ${badge(severity, SEVERITY_TONES[severity] ?? 'act')} <code>${code}</code>
    ${statement === null ? '' : html` in ${name(statement)}`}
    <small>${message}</small>
    <small>Fix: ${remedy}.</small>
  </li> `
}

export function renderUnread(report: AuditReport): Markup | '' {
  const unread = listUnread(report)
  if (unread.length === 0) return ''
  const rows = unread.map(
    ([what, error, lacks]) =>
      html`<tr>
        <th scope="row">${name(what)}</th>
        <td>${error}</td>
        <td>${lacks}</td>
      </tr> `,
  )
  return section('unread', 'What could not be read', list(['What', 'Error', 'Missing'], rows))
}

export function renderMeanings(): Markup {
  const groups: readonly (readonly [string, Readonly<Record<string, Meaning>>])[] = [
    ['MFA enforced', ENFORCED_WORDS],
    ['If enforced today', IF_ENFORCED_WORDS],
  ]
  return section(
    'meanings',
    'How to read this page',
    html`<div class="panels">
      ${groups.map(
        ([heading, words]) =>
          html`<div>
            <h3>${heading}</h3>
            <dl class="meanings">
              ${Object.entries(words).map(
                ([verdict, { tone, meaning }]) =>
                  html`<dt>${badge(verdict, tone)}</dt>
                    <dd>${meaning}</dd> `,
              )}
            </dl>
          </div>`,
      )}
    </div>`,
  )
}

interface Meaning {
  readonly tone: Tone
  readonly meaning: string
}

/** Links to the parts that the page has. */
export function renderContents({ roles, policies }: AuditReport): Markup {
  const links = [
    ['next', 'Next steps'],
    ['users-heading', 'Users'],
    ...(roles.length === 0 ? [] : [['roles', 'Roles']]),
    ...(policies.length === 0 ? [] : [['policies', 'Policies']]),
    ['meanings', 'How to read this page'],
  ] as const
  return html`<nav aria-label="Contents">
    ${links.map(([id = '', label = '']) => html`<a href="#${id}">${label}</a> `)}
  </nav>`
}
