/** HTML in which every value is text, unless it is markup itself; pure. */
import { sanitize } from '../../sanitize.ts'

export interface Markup {
  readonly markup: string
}

export type Content = string | number | Markup | readonly Content[]

/** No name, ARN or message of AWS is longer; what is would be made up. */
const LONGEST = 2500

/** `html\`<p>${text}</p>\``: text is escaped, markup and lists of both are not escaped twice. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let markup = parts[0] ?? ''
  contents.forEach((content, index) => (markup += render(content) + (parts[index + 1] ?? '')))
  return { markup }
}

/** Markup that is a constant of the program. */
export function trusted(markup: string): Markup {
  return { markup }
}

/** A name from the account, whose direction of writing is kept apart from that of the text around it. */
export function name(text: string): Markup {
  return html`<bdi>${clip(text, 200)}</bdi>`
}

export function clip(text: string, longest: number): string {
  return text.length > longest
    ? `${text.slice(0, longest)}… (${formatNumber(text.length)} characters)`
    : text
}

const NUMBERS = new Intl.NumberFormat('en-US')

export function formatNumber(value: number): string {
  return NUMBERS.format(value)
}

function render(content: Content): string {
  if (typeof content === 'number') return String(content)
  if (typeof content === 'string') return escape(sanitize(clip(content, LONGEST)))
  return 'markup' in content ? content.markup : content.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
