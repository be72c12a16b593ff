/** A home whose files also have sections of others, which must stay as they are. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'
import { lineOf, type Seen } from './report.ts'

export const HEAD = '# mine\r\n[other]\r\nregion = x # home\r\n; end\r\n\r\n'
export const TAIL = '\n# about last\n[last]\nregion = y\n'
export const WORK = ['--profile', 'work']

/** The profile `work` has keys, a region and a serial number, so a login needs one request. */
export async function home(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', HEAD + box.keysSection() + TAIL)
  const serial = `mfa_serial = ${box.device.serialNumber}\n`
  box.write('config', `${HEAD}[profile work]\nregion = eu-west-1\n${serial}${TAIL}`)
  return box
}

/** Checks that every byte of other sections is there, and the keys once. */
export function isWhole(box: Sandbox, texts = [box.read('credentials'), box.read('config')]): void {
  for (const text of texts) {
    expect(parseIni(text).problems).toEqual([])
    expect(text.startsWith(HEAD)).toBe(true)
    expect(text).toContain(TAIL)
  }
  expect(texts.join('').split(box.key.secretAccessKey)).toHaveLength(2)
}

export function bytes(box: Sandbox): string[] {
  return ['credentials', 'config'].map((name) => readFileSync(box.path(name), 'latin1'))
}

export function seen(box: Sandbox, what: string, { code, stderr }: Outcome, held: string): Seen {
  return { what, line: lineOf(box, stderr), exit: code ?? -1, held }
}
