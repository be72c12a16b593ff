/** A program is ended with all that it started: here by a shell, as cmd runs `op.cmd` and `ykman.cmd`. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isRunning } from '../../../src/platform/files/lock-holder.ts'
import { outputOf } from '../../../src/platform/process/converse.ts'

it('ends the program that a shell started', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'end-all-')), 'endless.cjs')
  writeFileSync(script, 'console.log(process.pid); setInterval(() => undefined, 1000)')
  const pid = Number(await outputOf(`"${process.execPath}" "${script}" && echo end`, 60_000))
  expect(pid).toBeGreaterThan(0)
  expect(isRunning(pid)).toBe(false)
})
