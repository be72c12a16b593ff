/** The table of users; pure. */
import { ENFORCED, IF_ENFORCED, type UserVerdict } from '../report.ts'
import { describeCredentials } from '../credentials.ts'
import { ROOT } from '../root.ts'
import { html, name, trusted, type Content, type Markup } from './markup.ts'
import { ROWS_AT_ONCE } from './script.ts'
import {
  badge,
  count,
  day,
  ENFORCED_WORDS,
  IF_ENFORCED_WORDS,
  statementName,
  UNKNOWN,
} from './words.ts'

const HEADINGS = [
  'User',
  'MFA enforced',
  'If enforced today',
  'Devices',
  'Password',
  'Access keys',
  'Last activity',
]

export function renderUsers(users: readonly UserVerdict[]): Markup {
  return html`<section aria-labelledby="users-heading">
    <h2 id="users-heading">Users</h2>
    <form id="filter" class="filter" role="search" hidden>
      <label>Search <input type="search" name="text" autocomplete="off" /></label>
      ${select('enforced', 'MFA enforced', ENFORCED)}
      ${select('ifEnforced', 'If enforced today', IF_ENFORCED)}
      <button type="reset">Clear</button>
    </form>
    <p id="count" class="muted" role="status">${count(users.length, 'row')}</p>
    <table id="users" class="list users">
      <thead>
        <tr>
          ${HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${users.map((user, index) => renderUser(user, index >= ROWS_AT_ONCE))}
      </tbody>
    </table>
    <button id="more" class="more" type="button" hidden></button>
  </section>`
}

function select(field: string, label: string, choices: readonly string[]): Markup {
  return html`<label
    >${label}
    <select name="${field}">
      <option value="">all</option>
      ${choices.map((choice) => html`<option>${choice}</option>`)}
    </select></label
  >`
}

/** Short, as an account may have thousands of them. `data-sort` is what a cell is sorted by, if it is not its text. */
function renderUser(user: UserVerdict, isLater: boolean): Markup {
  const { enforced, ifEnforced, devices, password, keys, lastActivity } = user
  const later = isLater ? html` class="more"` : ''
  return withoutIndent(
    html`<tr data-enforced="${enforced}" data-if-enforced="${ifEnforced}" ${later}>
      <th scope="row">
        ${user.user === ROOT ? 'root user' : name(user.user)}${notes([...placeOf(user)])}
      </th>
      <td data-sort="${ENFORCED.indexOf(enforced)}">
        ${badge(enforced, ENFORCED_WORDS[enforced].tone)}${notes(reasons(user))}
      </td>
      <td data-sort="${IF_ENFORCED.indexOf(ifEnforced)}">
        ${badge(ifEnforced, IF_ENFORCED_WORDS[ifEnforced].tone)}${notes([outlook(user)])}
      </td>
      <td data-sort="${devices?.length ?? -1}">${describeDevices(devices)}</td>
      <td>${describePassword(password)}</td>
      <td data-sort="${keys?.length ?? -1}">${describeKeys(keys)}</td>
      <td>${lastActivity === null ? 'none known' : day(lastActivity)}</td>
    </tr> `,
  )
}

/** A browser would keep each indent between two cells; no text has a line end. */
function withoutIndent({ markup }: Markup): Markup {
  return trusted(markup.replaceAll(/\n */g, ''))
}

/** `why` says what denies or gets through, which the column before does, and after that what would become of the user. */
function outlook({ why }: UserVerdict): string {
  const [, ...rest] = why.split('; ')
  const [first = '', ...more] = rest.length === 0 ? why : rest.join('; ')
  return first.toUpperCase() + more.join('')
}

function notes(contents: readonly Content[]): Content {
  return contents.map((content) => html`<small>${content}</small>`)
}

function placeOf({ path, groups }: UserVerdict): Content[] {
  const listed = groups.map((group, index) => (index === 0 ? name(group) : [', ', name(group)]))
  return [
    ...(path === '/' || path === '' ? [] : [name(path)]),
    ...(groups.length === 0 ? [] : [['in ', listed]]),
  ]
}

function reasons({ by, open, dependsOn, exceptions }: UserVerdict): Content[] {
  return [
    ...by.slice(0, 3).map((statement) => ['denied by ', statementName(statement)]),
    ...(open === null ? [] : [describeOpen(open)]),
    ...(dependsOn.length === 0 ? [] : [`depends on ${dependsOn.join(', ')}`]),
    ...exceptions.map(({ policy, statement, match, until }) => [
      html`exception for ${name(match)}, `,
      until === null ? html`<strong>without an end</strong>` : ['until ', day(until)],
      html` (${name(policy)}: ${name(statement)})`,
    ]),
  ]
}

function describeOpen({ action, resource, credentials, by }: NonNullable<UserVerdict['open']>) {
  const on = resource === '*' ? '' : html` on ${name(resource)}`
  const allowedBy = by === null ? '' : html`, allowed by ${statementName(by)}`
  return html`${name(action)}${on} with ${describeCredentials(credentials)}${allowedBy}`
}

function describeDevices(devices: UserVerdict['devices']): Content {
  if (devices === null) return UNKNOWN
  return devices.length === 0 ? 'none' : devices.map((kind) => kind ?? 'of unknown kind').join(', ')
}

function describePassword(password: UserVerdict['password']): Content {
  if (password === null) return UNKNOWN
  if (!password.isEnabled) return 'no'
  const used = password.lastUsed === null ? 'never used' : ['used ', day(password.lastUsed)]
  return ['yes', notes([used, ...(password.mustReset === true ? ['must be changed'] : [])])]
}

function describeKeys(keys: UserVerdict['keys']): Content {
  if (keys === null) return UNKNOWN
  const active = keys.filter(({ isActive }) => isActive).length
  if (keys.length === 0) return 'none'
  return [active === 0 ? 'none active' : `${active} active`, notes(keys.map(describeKey))]
}

function describeKey({
  isActive,
  age,
  lastUsed,
  lastService,
}: NonNullable<UserVerdict['keys']>[number]): Content {
  const created = age === null ? 'age not known' : `${count(age, 'day')} old`
  const service = lastService === null ? '' : ` for ${lastService}`
  if (age === null && lastUsed === null) {
    return [isActive ? '' : 'inactive, ', 'age and use not known']
  }
  const used = lastUsed === null ? 'never used' : ['used ', day(lastUsed), service]
  return [isActive ? '' : 'inactive, ', created, ', ', used]
}
