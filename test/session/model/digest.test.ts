import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { sha256 } from '../../../src/session/model/digest.ts'

it('sha256 gives the same digest as node:crypto for texts of every length', () => {
  for (let length = 0; length < 300; length += 1) {
    const text = 'é€x'.repeat(length).slice(0, length)
    expect(sha256(text), String(length)).toBe(createHash('sha256').update(text).digest('hex'))
  }
})
