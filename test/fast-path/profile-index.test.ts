import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  cachedPaths,
  readIndex,
  versionsOf,
  writeIndex,
  type IndexEntry,
} from '../../src/fast-path/profile-index.ts'
import { statOfSystem } from '../../src/fast-path/stat-form.ts'
import { settle } from '../support/launcher.ts'
import { has } from '../support/programs.ts'
import { LAUNCHER } from '../support/sandbox.ts'

const ENTRY = { cacheFile: 'abc.json', lockKey: '01ef' }
let paths: Record<'config' | 'credentials' | 'cache', string>
let folder: string
let files: string[]

beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/mfa-login-index-`)
  mkdirSync(`${folder}/aws`)
  mkdirSync(`${folder}/cache`)
  paths = {
    config: `${folder}/aws/config`,
    credentials: `${folder}/aws/credentials`,
    cache: `${folder}/cache`,
  }
  files = [paths.config, paths.credentials, ...cachedPaths(paths, ENTRY.cacheFile)]
  for (const path of files) writeFileSync(path, '')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await settle()
})

function write(profile = 'work', places = paths): void {
  writeIndex(places, profile, ENTRY, versionsOf(files))
}

function read(profile = 'work', places = paths): IndexEntry | undefined {
  try {
    return readIndex(places, profile)
  } catch {
    return undefined
  }
}

describe('an index', () => {
  it('holds while nothing changes, for its profile and files only', () => {
    write()
    expect(read()).toEqual(ENTRY)
    expect(read('other')).toBeUndefined()
    const moved = { ...paths, config: `${folder}/aws/config2` }
    writeFileSync(moved.config, '')
    expect(read('work', moved)).toBeUndefined()
  })

  it('is not written for files that had just changed when they were read, however long ago that was', async () => {
    writeFileSync(files[0]!, '')
    const versions = versionsOf(files)
    await settle()
    writeIndex(paths, 'work', ENTRY, versions)
    expect(read()).toBeUndefined()
    write()
    expect(read()).toEqual(ENTRY)
  })

  it.each([0, 1, 2, 3])('ends when file %i gets another time', (number) => {
    write()
    expect(read()).toEqual(ENTRY)
    utimesSync(files[number]!, 1, 1)
    expect(read()).toBeUndefined()
  })

  it.each([0, 1, 2, 3])('ends when file %i goes or comes', (number) => {
    const path = files[number]!
    write()
    rmSync(path)
    expect(read()).toBeUndefined()
    write()
    expect(read()).toEqual(ENTRY)
    writeFileSync(path, '')
    expect(read()).toBeUndefined()
  })

  it('holds after a change in the folder of the files', () => {
    write()
    writeFileSync(`${folder}/aws/other`, '')
    utimesSync(`${folder}/aws`, 9e9, 9e9)
    expect(read()).toEqual(ENTRY)
  })

  it('is not written where a file has just changed', () => {
    writeFileSync(paths.config, 'x')
    write()
    expect(existsSync(`${folder}/cache/work.index`)).toBe(false)
  })

  it('is not that of a profile whose name differs in case, where the file system knows no case', () => {
    write('Work')
    renameSync(`${folder}/cache/Work.index`, `${folder}/cache/work.index`)
    expect(read('work')).toBeUndefined()
  })

  it.each(['a/b', '../x', '.x', '-x', 'a:b', 'a b', 'a\nb', ''])(
    'is not written for %j',
    (profile) => {
      write(profile)
      expect(readdirSync(paths.cache).filter((name) => name.endsWith('.index'))).toEqual([])
      expect(read(profile)).toBeUndefined()
    },
  )

  it.each([
    [ENTRY.lockKey, '../up'],
    [ENTRY.lockKey, ''],
    [ENTRY.cacheFile, '../abc.json'],
    [ENTRY.cacheFile, ''],
  ])('in which %s is %j is refused', (before, after) => {
    write()
    const path = `${folder}/cache/work.index`
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
    expect(read()).toBeUndefined()
  })

  it('is done without where the cache cannot be written', () => {
    rmSync(paths.cache, { recursive: true })
    expect(() => write()).not.toThrow()
    expect(read()).toBeUndefined()
  })

  it('is not written for relative paths', () => {
    write('work', { ...paths, config: 'package.json' })
    expect(existsSync(`${folder}/cache/work.index`)).toBe(false)
  })
})

/** The options and the format with which the launcher calls `stat`. */
const COMMAND = new RegExp(`${statOfSystem().form}\\).* stat (-L -.) '([^']*)'`)

describe.each([['stat'], ['busybox', 'stat']])('%s %s', (program, ...words) => {
  it.skipIf(!has(program, ...words, '-L', '/'))('prints the lines of an index', () => {
    const names = ['a', 'with space', 'with\nline', '%d\\n', '일']
    const odd = names.map((name) => `${folder}/${name}`)
    for (const path of odd) writeFileSync(path, path)
    utimesSync(odd[0]!, 1_000_000_000, 1_000_000_000)
    utimesSync(odd[1]!, 0.5, 0.000_001)
    utimesSync(odd[2]!, 7_258_118_400.25, 7_258_118_400.25)
    const { statLine } = statOfSystem()
    const lines = versionsOf(odd).map(({ path, stats }) => `${statLine(path, stats!)}\n`)
    const [, options = '', format = ''] = COMMAND.exec(readFileSync(LAUNCHER, 'utf8')) ?? []
    const all = [...words, ...options.split(' '), format, ...odd]
    const env = { ...process.env, TZ: 'UTC0', LC_ALL: 'C' }
    expect(execFileSync(program, all, { env }).toString()).toBe(lines.join(''))
  })
})
