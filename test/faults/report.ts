/** The rows of the table in docs/faults.md. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import type { Sandbox } from '../support/sandbox.ts'
import type { RowName } from './rows.ts'

export interface Seen {
  /** What the test does. */
  readonly what: string
  /** The line that the person sees, without the parts that differ from run to run. */
  readonly line: string
  readonly exit: number
  /** What the test has checked. */
  readonly held: string
}

/** A test that adds a row to the table. It is skipped if there is a `reason`. */
export function row(name: RowName, run: () => Promise<Seen>, reason?: string): void {
  test(
    name,
    async (context) => {
      if (reason !== undefined) {
        note(name, { skipped: reason })
        context.skip(reason)
      }
      note(name, await run())
    },
    1_800_000,
  )
}

function note(name: RowName, seen: Seen | { skipped: string }): void {
  const folder = process.env.FAULTS_OUT
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${encodeURIComponent(name)}.json`, JSON.stringify({ name, ...seen }))
}

/** The last line that the person sees, without the parts that differ from run to run. */
export function lineOf(box: Sandbox, stderr: string): string {
  const line =
    stderr
      .trim()
      .split('\n')
      .findLast((each) => each.startsWith('mfa-login:') || each.startsWith('New ')) ?? ''
  return line
    .replaceAll(box.home, '~')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\d{8}T\d{6}Z/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d(?:T[\d:]+Z| \d\d:\d\d [A-Z]\S*)/g, 'TIME')
    .replace(/in \d+ s,/, 'in N s,')
    .replace(/cache\/[\da-f]{40}/, 'cache/SESSION')
    .replace(/mfa-login-\d+-[\da-f]+/g, 'mfa-login-PID-…')
    .replace(/mfa-login-lock\.\d+-[\da-f]+/g, 'mfa-login-lock.PID-…')
}
