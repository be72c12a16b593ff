import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { REASONS } from './support/not-on-windows.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const MARK = /\b(?:notOnWindows|(noneOnWindows))\('([^']+)'\)/g

/** Each file with its marks for a reason, such as `program/keys.test.ts: 2`, or `all` for a whole file. */
function marksFor(reason: string): string[] {
  return readdirSync(HERE, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && name !== 'support/not-on-windows.ts')
    .toSorted()
    .flatMap((name) => {
      const marks = [...readFileSync(`${HERE}/${name}`, 'utf8').matchAll(MARK)]
      const own = marks.filter(([, , of]) => of === reason)
      const isWhole = own.some(([, whole]) => whole !== undefined)
      return own.length === 0 ? [] : [`${name}: ${isWhole ? 'all' : own.length}`]
    })
}

it('the list of tests that do not run on Windows is that of the marks (vitest -u writes it)', async () => {
  const sections = Object.entries(REASONS).map(([reason, why]) => {
    const files = marksFor(reason).map((line) => `- ${line}`)
    return [`## ${reason}`, why, files.join('\n')].join('\n\n')
  })
  const title = '# Tests that do not run on Windows\n\nA number is that of the marks in a file.'
  await expect(`${[title, ...sections].join('\n\n')}\n`).toMatchFileSnapshot('not-on-windows.md')
})

it('has a mark for each reason', () => {
  expect(Object.keys(REASONS).filter((reason) => marksFor(reason).length === 0)).toEqual([])
})
