import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ROWS } from './rows.ts'

const text = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('docs/faults.md has the rows of the suite, each with an outcome', () => {
  const rows = Array.from(
    text('docs/faults.md').matchAll(/^\| (.+?) +\|(.*)\|$/gm),
    ([, name, rest]) => ({
      name,
      rest: rest ?? '',
    }),
  ).slice(2)
  expect(rows.map(({ name }) => name)).toEqual(ROWS)
  for (const { name, rest } of rows) expect(rest, name).not.toContain('skipped')
})

it('every row is in one of the suites', () => {
  const suites = ['killed', 'killed-keys', 'model', 'files', 'network'].map((name) =>
    text(`test/faults/${name}.suite.ts`),
  )
  for (const row of ROWS) expect(suites.join('\n'), row).toContain(`'${row}'`)
})
