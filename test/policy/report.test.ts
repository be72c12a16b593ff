import { expect, test } from 'vitest'
import { classicPolicy } from '../../src/policy/documents.ts'
import { toSarif } from '../../src/policy/report.ts'
import { found } from '../support/policies.ts'

test.each([
  'policy.json',
  'mfa policy.json',
  'für/Straße.json',
  'a:b#c?d%20e.json',
  '../x[1].json',
])('toSarif writes the file %s as a relative reference of RFC 3986', (file) => {
  const findings = found(classicPolicy()).map((each) => ({ ...each, file, line: 1 }))
  const [run] = toSarif(findings, '0.0.0').runs
  const uris = run!.results!.map(
    ({ locations }) => locations![0]!.physicalLocation!.artifactLocation!.uri!,
  )
  expect(uris.length).toBeGreaterThan(1)
  for (const uri of uris) {
    expect(uri).toMatch(/^([\w.!~*'()-]|%[0-9A-F]{2}|\/)+$/)
    expect(decodeURIComponent(uri)).toBe(file)
    expect(new URL(uri, 'file:///a/b/').hash).toBe('')
  }
})
