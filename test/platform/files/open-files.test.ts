/** Windows: a file that another program has open is waited for, and then named. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { onceClosed, pauseForOpenFile } from '../../../src/platform/files/open-files.ts'
import { files } from '../../support/platform.ts'
import { holdOpen } from '../../support/hold-open.ts'

describe('the next try', () => {
  test.each([
    ['change', ['EPERM', 'EACCES', 'EBUSY'], ['ENOENT', 'EEXIST', 'EISDIR', 'ENOSPC', '']],
    ['read', ['EBUSY'], ['EPERM', 'EACCES', 'ENOENT']],
  ] as const)('to %s a file follows what Windows reports of an open one', (use, open, others) => {
    for (const code of open) expect(pauseForOpenFile(use, code, 0, 'win32')).toBe(100)
    for (const code of others) expect(pauseForOpenFile(use, code, 0, 'win32')).toBeUndefined()
    for (const platform of ['linux', 'darwin']) {
      expect(pauseForOpenFile(use, 'EBUSY', 0, platform)).toBeUndefined()
    }
  })

  it('is one of those of about two seconds', () => {
    let waited = 0
    for (let attempt = 0; ; attempt += 1) {
      const pause = pauseForOpenFile('change', 'EBUSY', attempt, 'win32')
      if (pause === undefined) break
      waited += pause
    }
    expect(waited).toBe(2000)
  })
})

describe.runIf(process.platform === 'win32')('on Windows', () => {
  const newFile = (): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'open-files-')), 'config')
    writeFileSync(path, 'old')
    return path
  }
  const namesBeside = (path: string): string[] => readdirSync(join(path, '..'))

  it('replaces, reads and removes a file that is closed within a second', async () => {
    const path = newFile()
    await holdOpen(path, { ms: 1000, isExclusive: false })
    await files.replace(path, 'new')
    expect(readFileSync(path, 'utf8')).toBe('new')
    await holdOpen(path, { ms: 1000, isExclusive: true })
    expect(await files.read(path)).toBe('new')
    await holdOpen(path, { ms: 1000, isExclusive: true })
    await files.remove(path)
    expect(namesBeside(path)).toEqual([])
  })

  it('gives a temporary file that is open, as to a virus scanner, the name of a new file', async () => {
    const temporary = newFile()
    const path = `${temporary}.new`
    await holdOpen(temporary, { ms: 1000, isExclusive: true })
    await onceClosed(path, 'change', async () => rename(temporary, path))
    expect(readFileSync(path, 'utf8')).toBe('old')
  })

  it('names a file that stays open, and leaves it and nothing else', async () => {
    const path = newFile()
    await holdOpen(path, { ms: 10_000, isExclusive: false })
    const message = `${path} cannot be changed (EPERM): another program may have it open.`
    await expect(files.replace(path, 'new')).rejects.toThrow(message)
    await expect(files.remove(path)).rejects.toMatchObject({ exit: 'files' })
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(namesBeside(path)).toEqual(['config'])
  })

  it('names a file that is read-only at once', async () => {
    const path = newFile()
    const attrib = spawn('attrib', ['+r', path], { stdio: 'ignore' })
    onTestFinished(() => void spawn('attrib', ['-r', path], { stdio: 'ignore' }))
    await once(attrib, 'close')
    await expect(files.replace(path, 'new')).rejects.toThrow(`${path} is read-only.`)
    expect(namesBeside(path)).toEqual(['config'])
  })
})
