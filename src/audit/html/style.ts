/** The look of the page: light, dark, narrow and printed. Text keeps a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const COLORS = `
:root {
  --page: #f7f8f9; --surface: #ffffff; --text: #1c2430; --muted: #566172; --line: #dde2e8; --track: #e9edf1;
  --accent: #1d5c8c;
  --good: #2c7a67; --good-text: #1b5748; --good-tint: #e1f1ec;
  --act: #2b6da3; --act-text: #174d78; --act-tint: #e2eef8;
  --mid: #c48a1a; --mid-text: #6b4700; --mid-tint: #fbf1db;
  --warn: #cf6425; --warn-text: #83370a; --warn-tint: #fdeadf;
  --bad: #b3333d; --bad-text: #8a1d28; --bad-tint: #fbe5e6;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #13171c; --surface: #1a2027; --text: #e5e9ee; --muted: #a3aebb; --line: #2e3741; --track: #28313a;
    --accent: #86bfe6;
    --good: #4aa88f; --good-text: #a3e0cf; --good-tint: #16332c;
    --act: #5b9fd3; --act-text: #b0d6f2; --act-tint: #172f43;
    --mid: #d3a03a; --mid-text: #f0d493; --mid-tint: #382b10;
    --warn: #df814a; --warn-text: #f7c3a2; --warn-tint: #3d2415;
    --bad: #d65f68; --bad-text: #f6b5b9; --bad-tint: #421d21;
  }
}
`

const TEXT = `
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, footer { max-width: 78rem; margin: 0 auto; padding: 0 2rem; }
main { padding-top: 3rem; }
footer { padding-top: 3rem; padding-bottom: 3rem; font-size: 0.875rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; }
h2 { margin: 3.25rem 0 1rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { margin: 0 0 0.75rem; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 0.75rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
bdi, code, small, p, td, th { overflow-wrap: anywhere; }
small { display: block; margin-top: 0.2rem; color: var(--muted); font-size: 0.8125rem; line-height: 1.4; font-weight: 400; }
code { font: 0.875em/1.5 ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, monospace; }
pre {
  margin: 0 0 0.5rem; padding: 0.6rem 0.85rem; overflow-x: auto; background: var(--surface);
  border: 1px solid var(--line); border-radius: 6px; user-select: all;
}
.muted { color: var(--muted); }
.eyebrow { margin-bottom: 0.35rem; color: var(--accent); font-size: 0.875rem; font-weight: 600; }
.verdict { margin: 1.5rem 0 0; font-size: 1.25rem; line-height: 1.4; }
.notice {
  margin: 1rem 0 0; padding: 0.6rem 0.9rem; border-left: 3px solid var(--mid);
  background: var(--mid-tint); color: var(--mid-text);
}
.notice a { color: inherit; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 1.5rem 0 0; font-size: 0.9375rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`

const FIGURES = `
.figures {
  display: grid; grid-template-columns: repeat(6, 1fr); gap: 1px; margin: 2rem 0 0; overflow: hidden;
  background: var(--surface); border: 1px solid var(--line); border-radius: 8px;
}
.figures div {
  display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 0.9rem 1.1rem;
  box-shadow: 0 0 0 1px var(--line);
}
.figures dt { color: var(--muted); font-size: 0.875rem; }
.figures dd { margin: 0; font-size: 1.6rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
.panels > * { padding: 1.1rem 1.25rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.figures + .panels { margin-top: 1.5rem; }
.list time { white-space: nowrap; }
.bars { display: block; border-spacing: 0; }
.bars caption { display: block; margin-bottom: 0.6rem; text-align: left; font-weight: 600; }
.bars tbody { display: grid; gap: 0.4rem; }
.bars tr { display: grid; grid-template-columns: minmax(0, 12.5rem) 1fr 2.75rem 2.75rem; gap: 0.75rem; align-items: center; }
.bars th { padding: 0; text-align: left; font-weight: 400; }
.bars td { padding: 0; text-align: right; font-variant-numeric: tabular-nums; }
.bars svg { display: block; width: 100%; height: 0.85rem; border-radius: 3px; }
rect.track { fill: var(--track); }
rect.good { fill: var(--good); } rect.act { fill: var(--act); } rect.mid { fill: var(--mid); }
rect.none { fill: var(--muted); } rect.warn { fill: var(--warn); } rect.bad { fill: var(--bad); }
.badge {
  display: inline-block; padding: 0.05rem 0.5rem; border-radius: 4px; font-size: 0.875rem; font-weight: 600;
}
.badge.good { background: var(--good-tint); color: var(--good-text); }
.badge.act { background: var(--act-tint); color: var(--act-text); }
.badge.mid { background: var(--mid-tint); color: var(--mid-text); }
.badge.warn { background: var(--warn-tint); color: var(--warn-text); }
.badge.none { background: var(--track); color: var(--text); }
.badge.bad { background: var(--bad-tint); color: var(--bad-text); }
.meanings { display: grid; grid-template-columns: max-content 1fr; gap: 0.75rem 1rem; margin: 0; }
.meanings dd { margin: 0; }
.steps { margin: 0; padding: 0; list-style: none; counter-reset: step; }
.steps li { position: relative; margin-bottom: 1.4rem; padding-left: 2.4rem; counter-increment: step; }
.steps li::before {
  content: counter(step); position: absolute; left: 0; top: 0; width: 1.6rem; height: 1.6rem; border-radius: 50%;
  border: 1px solid var(--line); background: var(--surface); color: var(--accent);
  font-size: 0.875rem; font-weight: 600; line-height: 1.5rem; text-align: center;
}
.steps p { margin-bottom: 0.5rem; }
.findings { margin: 0; padding: 0; list-style: none; }
.findings li + li { margin-top: 0.75rem; }
`

const LISTS = `
.filter { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: end; margin-bottom: 0.75rem; }
.filter label { display: grid; gap: 0.2rem; color: var(--muted); font-size: 0.875rem; }
.filter input, .filter select, .filter button, button.more {
  height: 2.25rem; padding: 0 0.7rem; border: 1px solid var(--muted); border-radius: 6px;
  background: var(--surface); color: var(--text); font: inherit; font-size: 0.9375rem;
}
button.more { margin-top: 1rem; }
@media screen and (scripting: enabled) { tr.more { display: none !important; } }
.filter input { width: 18rem; max-width: 100%; }
.list {
  width: 100%; border-collapse: separate; border-spacing: 0; background: var(--surface);
  border: 1px solid var(--line); border-radius: 8px; font-size: 0.9375rem;
}
.users { table-layout: fixed; }
.list th, .list td { padding: 0.65rem 0.8rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
.list thead th {
  position: sticky; top: 0; border-top: 0; border-bottom: 1px solid var(--line); background: var(--surface);
  color: var(--muted); font-size: 0.875rem; font-weight: 600; vertical-align: bottom; border-radius: 8px 8px 0 0;
}
.list tbody tr:first-child > * { border-top: 0; }
.list tbody th { font-weight: 600; }
.list thead button {
  display: block; width: 100%; margin: 0; padding: 0; border: 0; background: none; color: inherit;
  font: inherit; text-align: left; cursor: pointer;
}
.list thead button::after { content: " \\2195"; opacity: 0.55; }
.list thead [aria-sort="ascending"] button::after { content: " \\2191"; opacity: 1; }
.list thead [aria-sort="descending"] button::after { content: " \\2193"; opacity: 1; }
.list thead button:hover, .list thead [aria-sort] { color: var(--text); }
.users th:nth-child(1) { width: 14%; } .users th:nth-child(2) { width: 21%; } .users th:nth-child(3) { width: 19%; }
.users th:nth-child(4) { width: 11.5%; } .users th:nth-child(5), .users th:nth-child(7) { width: 10%; }
`

const NARROW = `
@media screen and (max-width: 56rem) {
  main, footer { padding-left: 1rem; padding-right: 1rem; }
  main { padding-top: 1.5rem; }
  h1 { font-size: 1.5rem; }
  .figures { grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
  .bars tr { grid-template-columns: minmax(0, 9rem) 1fr 2.25rem 2.5rem; gap: 0.5rem; }
  .list, .list tbody, .list tr, .list th, .list td { display: block; width: auto !important; }
  .list { background: none; border: 0; }
  .list thead { display: none; }
  .list tr { margin-bottom: 0.75rem; padding: 0.35rem 0; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
  .list th, .list td { padding: 0.35rem 0.9rem; border: 0; }
  .users td { display: grid !important; grid-template-columns: 7.5rem minmax(0, 1fr); }
  .users td > * { grid-column: 2; justify-self: start; }
  .users td::before { grid-row: 1 / span 9; color: var(--muted); font-size: 0.875rem; }
  .users td:nth-child(2)::before { content: "MFA enforced"; }
  .users td:nth-child(3)::before { content: "If enforced today"; }
  .users td:nth-child(4)::before { content: "Devices"; }
  .users td:nth-child(5)::before { content: "Password"; }
  .users td:nth-child(6)::before { content: "Access keys"; }
  .users td:nth-child(7)::before { content: "Last activity"; }
  .meanings { grid-template-columns: 1fr; gap: 0.25rem; }
  .meanings dd { margin-bottom: 0.75rem; }
}
`

const PRINTED = `
@page { size: A4 landscape; margin: 14mm 12mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  :root { --page: #ffffff; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 11.5px; }
  body { font-size: 1rem; }
  main, footer { max-width: none; padding: 0; }
  footer { margin-top: 2rem; }
  nav, .filter, button.more { display: none !important; }
  .list thead { display: table-header-group; }
  .list thead th { position: static; }
  /* Chromium leaves a button out of a heading that it repeats. */
  .list thead button { display: contents; }
  .list thead button::after { content: none; }
  .list tr, .steps li, .panels > *, .figures { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  pre { white-space: pre-wrap; }
  .list, .list thead th { border-radius: 0; }
}
`

export const STYLE = COLORS + TEXT + FIGURES + LISTS + NARROW + PRINTED
