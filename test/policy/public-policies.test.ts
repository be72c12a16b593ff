/** Policies of other authors with the verdicts that are right, and the table of them in the docs. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { AWS } from '../fixtures/public-policies/aws.ts'
import { MODULES } from '../fixtures/public-policies/modules.ts'
import { SNIPPETS } from '../fixtures/public-policies/snippets.ts'
import { codes } from '../support/policies.ts'
import { document } from '../support/policy-facts.ts'

const PUBLIC = [...AWS, ...MODULES, ...SNIPPETS]

describe('policy check on a public policy finds what is wrong in', () => {
  test.each(PUBLIC.map((each) => [each.source, each] as const))('%s', (_, policy) => {
    expect([...new Set(codes(document(policy)))]).toEqual(policy.verdict)
  })
})

describe('the table of public policies in docs/policy.md', () => {
  const docs = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8')
  const section = docs.split('## Public policies\n')[1]!.split('\n## ')[0]!

  it('has each of them with its verdict, and no others', () => {
    const rows = [...section.matchAll(/^\| (\[.+?\]) *\| .+? *\| (.+?) *\|$/gm)]
    expect(rows.map(([, source, verdict]) => [source, verdict])).toEqual(
      PUBLIC.map(({ source, verdict }) => [
        `[${source}]`,
        verdict.map((code) => `\`${code}\``).join(', ') || 'No findings',
      ]),
    )
  })

  it('has the address of each', () => {
    const links = [...section.matchAll(/^\[(.+?)\]: (\S+)$/gm)]
    expect(links.map(([, source, url]) => ({ source, url }))).toEqual(
      PUBLIC.map(({ source, url }) => ({ source, url })),
    )
  })

  it('says how many they are', () => {
    expect(section).toContain(`${PUBLIC.length} policies`)
  })
})
