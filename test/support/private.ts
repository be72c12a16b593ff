import { statSync } from 'node:fs'
import { expect } from 'vitest'

/** Checks that only its owner may read a file. On Windows its folder decides that: it has no permission bits. */
export function expectPrivate(path: string): void {
  expect(statSync(path).isFile()).toBe(true)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
}
