import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeEach, describe, expect, it, onTestFinished, test } from 'vitest'
import type { Paths } from '../../src/profile/paths.ts'
import {
  readIndex,
  lastChange,
  writeIndex,
  type IndexEntry,
} from '../../src/fast-path/profile-index.ts'

const ENTRY = { cacheFile: 'abc.json', lockKey: '01ef' }
const LATER = 60_000
let paths: Paths
let folder: string

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mfa-login-index-`)
  mkdirSync(`${folder}/aws`)
  mkdirSync(`${folder}/cache`)
  paths = {
    config: `${folder}/aws/config`,
    credentials: `${folder}/aws/credentials`,
    cache: `${folder}/cache`,
  }
  writeFileSync(paths.config, '')
  writeFileSync(paths.credentials, '')
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** As though the files had been left alone for a while. */
function leave(profile = 'work', after = LATER, places = paths): void {
  writeIndex(places, profile, ENTRY, {
    change: lastChange(places),
    now: Date.now() + after,
  })
}

function follow(profile = 'work', places = paths): IndexEntry | undefined {
  try {
    return readIndex(places, profile)
  } catch {
    return undefined
  }
}

/** A change a while after the index was left. */
function touch(path: string): void {
  const time = Date.now() / 1000 + 10
  utimesSync(path, time, time)
}

describe('an index', () => {
  it('holds while nothing changes, for its profile and files only', () => {
    leave()
    expect(follow()).toEqual(ENTRY)
    expect(follow('other')).toBeUndefined()
    const moved = { ...paths, config: `${folder}/aws/config2` }
    writeFileSync(moved.config, '')
    expect(follow('work', moved)).toBeUndefined()
  })

  test.each<[string, () => void]>([
    ['the config changes', () => touch(paths.config)],
    ['the credentials change', () => touch(paths.credentials)],
    ['their folder changes', () => touch(`${folder}/aws`)],
    ['the config goes', () => rmSync(paths.config)],
    ['the credentials go', () => rmSync(paths.credentials)],
  ])('ends when %s', (_, change) => {
    leave()
    expect(follow()).toEqual(ENTRY)
    change()
    expect(follow()).toBeUndefined()
  })

  it('ends when an older file is moved to the config’s place, also in another folder', async () => {
    const other = `${folder}/dotfiles`
    mkdirSync(other)
    writeFileSync(`${other}/config`, '')
    writeFileSync(`${other}/old`, 'old')
    utimesSync(`${other}/old`, 1, 1)
    rmSync(paths.config)
    symlinkSync(`${other}/config`, paths.config)
    leave()
    expect(follow()).toEqual(ENTRY)
    // The change is to come after the index's whole second.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    renameSync(`${other}/old`, `${other}/config`)
    expect(follow()).toBeUndefined()
  })

  it('is not left where the files have just changed', () => {
    leave('work', 1900)
    expect(follow()).toBeUndefined()
    leave('work', 2100)
    expect(follow()).toEqual(ENTRY)
  })

  it('is older than any change that comes later', () => {
    leave()
    const next = Math.floor(Number(lastChange(paths)) / 1e9) + 1
    utimesSync(paths.config, next, next)
    expect(follow()).toBeUndefined()
  })

  it('is not that of a profile whose name differs in case, where the file system knows no case', () => {
    leave('Work')
    renameSync(`${folder}/cache/Work.index`, `${folder}/cache/work.index`)
    expect(follow('work')).toBeUndefined()
  })

  test.each(['a/b', '../x', '.x', '-x', 'a:b', 'a b', 'a\nb', ''])(
    'is not left for %j',
    (profile) => {
      leave(profile)
      expect(existsSync(`${folder}/cache/${profile}.index`)).toBe(false)
      expect(follow(profile)).toBeUndefined()
    },
  )

  it('is a text that a shell can read', () => {
    leave()
    expect(readFileSync(`${folder}/cache/work.index`, 'utf8')).toBe(
      `${ENTRY.cacheFile}\nwork\n${paths.config}\n${paths.credentials}\n${ENTRY.lockKey}\n`,
    )
  })

  it.each(['../up', '', 'a\nb'])('refuses the lock key %j', (key) => {
    leave()
    const path = `${folder}/cache/work.index`
    const { mtime } = statSync(path)
    writeFileSync(path, readFileSync(path, 'utf8').replace(ENTRY.lockKey, key))
    utimesSync(path, mtime, mtime)
    expect(follow()).toBeUndefined()
  })

  it('is done without where the cache cannot be written', () => {
    rmSync(paths.cache, { recursive: true })
    expect(() => leave()).not.toThrow()
    expect(follow()).toBeUndefined()
  })

  it('is not left for relative paths', () => {
    leave('work', LATER, { ...paths, config: 'package.json' })
    expect(existsSync(`${folder}/cache/work.index`)).toBe(false)
  })
})
