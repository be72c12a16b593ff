/** How much memory one start of a row takes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessRow } from './timing.ts'

/** The peak of resident memory in megabytes (10^6 bytes), as Node reports it (getrusage(2), in KiB) when it exits. */
export async function peakMegabytes(row: ProcessRow): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mfa-login-memory-'))
  const [preload, result] = [join(folder, 'preload.cjs'), join(folder, 'result')]
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)))`,
  )
  const [program = '', ...words] = [...row.command, ...(row.prepare?.() ?? [])]
  const env = { ...row.env, NODE_OPTIONS: `--require ${preload}` }
  const [code] = (await once(spawn(program, words, { env, stdio: 'ignore' }), 'close')) as [
    number | null,
  ]
  if (code === null || !(row.exitCodes ?? [0]).includes(code)) {
    throw new Error(`${row.name}: exit code ${String(code)}`)
  }
  const megabytes = (Number(readFileSync(result, 'utf8')) * 1024) / 1e6
  rmSync(folder, { recursive: true })
  return megabytes
}
