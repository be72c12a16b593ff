/** How the page says what the report holds; pure. */
import type { StatementReference } from '../../policy/evaluate.ts'
import type { Enforced, IfEnforced } from '../report.ts'
import { formatNumber, html, name, type Content, type Markup } from './markup.ts'

export const UNKNOWN = 'not known'

/** The color of a verdict; the style has one rule for each. */
export type Tone = 'good' | 'act' | 'mid' | 'warn' | 'bad' | 'none'

interface Verdict {
  readonly tone: Tone
  readonly meaning: string
}

export const ENFORCED_WORDS: Readonly<Record<Enforced, Verdict>> = {
  yes: {
    tone: 'good',
    meaning:
      'Nothing that was tried gets through without MFA: everyday work, and an example of each action that the policies name.',
  },
  partly: {
    tone: 'mid',
    meaning:
      'Some actions are denied without MFA and others are not, or it depends on a condition such as the network.',
  },
  no: {
    tone: 'bad',
    meaning:
      'An access key alone, or a session without MFA, is enough. The first action that gets through is named.',
  },
}

export const IF_ENFORCED_WORDS: Readonly<Record<IfEnforced, Verdict>> = {
  'works as before': {
    tone: 'good',
    meaning: 'Has a device that gives codes, or nothing that signs in.',
  },
  'must enroll first': {
    tone: 'act',
    meaning: 'Has no device. Can enroll one, and can do nothing else until then.',
  },
  'works in the console only': {
    tone: 'mid',
    meaning:
      'Has security keys alone. The console takes them; AWS STS does not, so access keys stop working.',
  },
  'locked out': {
    tone: 'warn',
    meaning:
      'Has no device and cannot enroll one, or cannot change a password that must be changed.',
  },
  breaks: {
    tone: 'bad',
    meaning:
      'Uses an access key but has no device and no password: a machine. It needs a role or an exception first.',
  },
  'not known': {
    tone: 'none',
    meaning: 'AWS did not say enough about the devices of the user.',
  },
}

export function badge(text: string, tone: Tone): Markup {
  return html`<span class="badge ${tone}">${text}</span>`
}

export function statementName({ policy, sid, index }: StatementReference): Markup {
  return html`${name(policy)}: ${name(sid ?? `#${index + 1}`)}`
}

/** The day of a time of the report; UTC, as all of them. */
export function day(time: string): Markup {
  return html`<time>${time.slice(0, 10)}</time>`
}

export function count(number: number, one: string, several = `${one}s`): string {
  return `${formatNumber(number)} ${number === 1 ? one : several}`
}

const MOST_NAMES = 12

/** A few of many names, and how many there are besides. */
export function someNames(names: readonly string[]): Content {
  const shown = names.slice(0, MOST_NAMES)
  const rest = names.length - shown.length
  const listed = shown.map((each, index) => (index === 0 ? name(each) : [', ', name(each)]))
  return rest > 0 ? [...listed, ` and ${formatNumber(rest)} more`] : listed
}
