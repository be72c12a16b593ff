/** What to do next; pure. */
import type { NextStep } from '../report.ts'
import { MOST_COMMANDS, MOST_NAMES } from '../steps.ts'
import { html, trusted, type Content, type Markup } from './markup.ts'
import { section } from './sections.ts'
import { count, someNames } from './words.ts'

/** An account may have as many as users who are in no group. */
const MOST_STEPS = 30

export function renderNext(steps: readonly NextStep[]): Markup {
  const content =
    steps.length === 0
      ? html`<p>Nothing.</p>`
      : html`<ol class="steps">
            ${steps.slice(0, MOST_STEPS).map(renderStep)}
          </ol>
          ${rest(steps.length - MOST_STEPS, 'step')}`
  return section('next', 'What to do next', content)
}

/** The sentence names a few users. */
function renderStep({ what, commands, users }: NextStep): Markup {
  return html`<li>
    <p>${what}</p>
    ${renderCommands(commands.slice(0, MOST_COMMANDS))}
    ${rest(commands.length - MOST_COMMANDS, 'command')}
    ${users.length <= MOST_NAMES ? '' : html`<p class="muted">${someNames(users)}</p>`}
  </li> `
}

/** One a line, to be copied together. */
function renderCommands(commands: readonly string[]): Content {
  if (commands.length === 0) return ''
  const lines = commands.map((command, index) => (index === 0 ? command : [trusted('\n'), command]))
  return html`<pre tabindex="0"><code>${lines}</code></pre>`
}

function rest(more: number, noun: string): Content {
  return more > 0
    ? html`<p>And ${count(more, noun)} more: mfa-login audit --json lists them.</p>`
    : ''
}
