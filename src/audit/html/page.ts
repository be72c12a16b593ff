/** The audit as one page that needs nothing else; pure. */
import { crypto } from '../../crypto.ts'
import type { AuditReport } from '../report.ts'
import { html, trusted } from './markup.ts'
import { renderNext } from './next.ts'
import { SCRIPT } from './script.ts'
import {
  renderContents,
  renderMeanings,
  renderPolicies,
  renderRoles,
  renderUnread,
} from './sections.ts'
import { STYLE } from './style.ts'
import { renderBars, renderFigures, renderHead, title } from './summary.ts'
import { renderUsers } from './users.ts'

export function toHtml(report: AuditReport): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title(report)}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${renderHead(report)} ${renderContents(report)} ${renderFigures(report)}
          ${renderBars(report)} ${renderNext(report.next)} ${renderUsers(report.users)}
          ${renderRoles(report.roles)} ${renderPolicies(report.policies)} ${renderUnread(report)}
          ${renderMeanings()}
        </main>
        <footer class="muted">
          Made by mfa-login audit, which changes nothing in the account.
        </footer>
        ${trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `
  return page.markup
}

/** Only the style and the script of the program, by their hashes (Content Security Policy Level 3, 2.3.1). */
function contentPolicy(): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  return `'sha256-${crypto().createHash('sha256').update(text).digest('base64')}'`
}
