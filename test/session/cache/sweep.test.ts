/** The cache folder after thousands of sessions. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { sweepCache } from '../../../src/session/cache/sweep.ts'
import { cacheFileName } from '../../../src/session/model/session.ts'
import { files } from '../../support/platform.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')

function folderWith(count: number, expiration: string): string {
  const cache = mkdtempSync(join(tmpdir(), 'sweep-test-'))
  for (let i = 0; i < count; i += 1) {
    const entry = {
      accessKeyId: 'ASIA1',
      profile: 'work',
      serialNumber: `GAHT${i}`,
      sourceAccessKeyId: 'AKIA1',
      expiration,
    }
    const name = cacheFileName(entry)
    writeFileSync(`${cache}/${name}`, JSON.stringify(entry))
    writeFileSync(`${cache}/${name.replace('.json', '.answer')}`, '1\n{}\n')
    writeFileSync(`${cache}/role-${i}.index`, `${name}\n`)
  }
  return cache
}

it('a sweep looks at a few files, and some sweeps at all', async () => {
  const cache = folderWith(120, '2026-01-01T11:00:00Z')
  const count = (): number => readdirSync(cache).length
  let reads = 0
  const counting = {
    ...files,
    read: async (path: string) => {
      reads += 1
      return files.read(path)
    },
  }
  for (let sweeps = 0; count() > 0; sweeps += 1) {
    const [before, readsBefore] = [count(), reads]
    const context = { files: counting, now: () => NOW + sweeps * 7919 } as unknown as Context
    await sweepCache(context, { cache, config: '', credentials: '' })
    expect(before - count()).toBeLessThanOrEqual(180)
    expect(reads - readsBefore).toBeLessThanOrEqual(180)
    expect(sweeps).toBeLessThan(200)
  }
})

it('a sweep leaves living sessions, and does not wait for one that another process writes', async () => {
  const alive = folderWith(10, '2026-01-01T13:00:00Z')
  const context = { files, now: () => NOW } as unknown as Context
  await sweepCache(context, { cache: alive, config: '', credentials: '' })
  expect(readdirSync(alive)).toHaveLength(30)
  const ended = folderWith(1, '2026-01-01T11:00:00Z')
  const name = readdirSync(ended).find((each) => each.endsWith('.json'))!
  await files.withLock(`${ended}/${name}`, async () =>
    sweepCache(context, { cache: ended, config: '', credentials: '' }),
  )
  expect(readdirSync(ended)).toContain(name)
})
