/** Links in the documentation lead somewhere, and a claim about another project has its source. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { expect, it, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const text = (path: string): string => readFileSync(ROOT + path, 'utf8')
const documents = [
  ...readdirSync(ROOT),
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name.replaceAll('\\', '/')}`,
  ),
].filter((name) => name.endsWith('.md'))

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const prose = text(path).replace(/^```[^]*?^```/gm, '')
  return Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.each(documents)('the links of %s lead to files and headings that exist', (path) => {
  const links = Array.from(text(path).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
  for (const link of links.filter((each) => !/^\w+:/.test(each))) {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    expect(existsSync(ROOT + target), link).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor)
  }
})

it('each cell of docs/comparison.md about another project names its source', () => {
  const [prose = '', ...tables] = text('docs/comparison.md').split(/^\| +\| mfa-login.*\n.*\n/m)
  const rows = tables.flatMap((table) => table.split('\n\n')[0]!.trim().split('\n'))
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) {
    const [, ...cells] = row.split('|').slice(1, -1)
    expect(cells, row).toHaveLength(6)
    for (const cell of cells.slice(1)) expect(cell, row).toMatch(/\]\[[\w-]+\]/)
  }
  const all = [prose, ...tables].join('\n')
  const defined = Array.from(all.matchAll(/^\[([\w-]+)\]: https:/gm), ([, name]) => name)
  const used = new Set(Array.from(all.matchAll(/\]\[([\w-]+)\]/g), ([, name]) => name))
  expect([...used].sort()).toEqual(defined.sort())
})
