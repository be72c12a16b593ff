import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import type { AccessKey } from '../../src/local-aws/index.ts'
import { freshCodes } from './codes.ts'
import { sandbox, type Sandbox } from './sandbox.ts'

/** A sandbox whose profile `work` gets a new code whenever it needs one. */
export async function withCodes(): Promise<Sandbox> {
  const box = await sandbox()
  const serial = `mfa_serial = ${box.device.serialNumber}\n`
  box.write('config', `[profile work]\nregion = eu-west-1\n${serial}${freshCodes(box)}`)
  return box
}

/** The key that a section of the credentials file names. */
export function keyIn(box: Sandbox, section = 'work') {
  const values = profileKeys(parseIni(box.read('credentials')), 'credentials', section)
  return {
    accessKeyId: values.get('aws_access_key_id'),
    secretAccessKey: values.get('aws_secret_access_key'),
  }
}

/** Must hold at every moment: the files name a key that AWS accepts. */
export function expectWorkingKey(box: Sandbox): void {
  const { accessKeyId, secretAccessKey } = keyIn(box)
  expect(box.user.keys).toContainEqual(
    expect.objectContaining({ accessKeyId, secretAccessKey, status: 'Active' }),
  )
}

/** The old key is deleted, one new key is in use, and no journal is left. */
export function expectRotated(box: Sandbox, old: AccessKey): void {
  expect(box.user.keys).toHaveLength(1)
  expect(box.key.accessKeyId).not.toBe(old.accessKeyId)
  expectWorkingKey(box)
  expect(journals(box)).toEqual([])
}

export function expectAsBefore(box: Sandbox, old: AccessKey): void {
  expect(box.user.keys).toEqual([old])
  expectWorkingKey(box)
  expect(journals(box)).toEqual([])
}

export function journals(box: Sandbox): string[] {
  const folder = box.path('mfa-login/rotations')
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
}

/** How many codes `mfa_process` returned. */
export function codesGiven(box: Sandbox): number {
  const note = `${box.home}/codes.given`
  return existsSync(note) ? readFileSync(note, 'utf8').trim().split('\n').length : 0
}
