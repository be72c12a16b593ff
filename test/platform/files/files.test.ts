import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { notOnWindows } from '../../support/not-on-windows.ts'
import { files } from '../../support/platform.ts'
import { editFile } from '../../../src/profile/files/edit-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-test-'))
})

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('replace', () => {
  it.skipIf(notOnWindows('permission bits'))(
    'writes new files for the owner only and keeps the mode of old ones',
    async () => {
      const path = join(folder, 'deep', 'config')
      await files.replace(path, 'a')
      expect(modeOf(path)).toBe(0o600)
      expect(modeOf(join(folder, 'deep'))).toBe(0o700)
      chmodSync(path, 0o644)
      await files.replace(path, 'b')
      expect(modeOf(path)).toBe(0o644)
      expect(readFileSync(path, 'utf8')).toBe('b')
    },
  )

  it.skipIf(notOnWindows('links under Wine'))(
    'follows symbolic links, even if they point to nothing yet',
    async () => {
      const target = join(folder, 'target')
      const link = join(folder, 'link')
      symlinkSync('target', link)
      await files.replace(link, 'new')
      expect(readFileSync(target, 'utf8')).toBe('new')
      await files.replace(link, 'newer')
      expect(readFileSync(target, 'utf8')).toBe('newer')
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
    },
  )

  it.skipIf(notOnWindows('links under Wine'))(
    'names a symbolic link that leads back to itself',
    async () => {
      symlinkSync('b', join(folder, 'a'))
      symlinkSync('a', join(folder, 'b'))
      await expect(files.replace(join(folder, 'a'), 'x')).rejects.toThrow('leads back to itself')
    },
  )

  it('removes the temporary files of killed processes, and nothing else', async () => {
    writeFileSync(join(folder, 'config.mfa-login-999999-abcdef01'), 'half')
    writeFileSync(join(folder, 'config.mfa-login-backup-20260101T000000Z'), 'keep')
    await files.replace(join(folder, 'config'), 'x')
    expect(readdirSync(folder).sort()).toEqual([
      'config',
      'config.mfa-login-backup-20260101T000000Z',
    ])
  })
})

describe('replace without the lock', () => {
  const name = `config.mfa-login-${process.pid}-abcdef01`

  it('succeeds in every one of several processes', async () => {
    const worker = join(folder, 'worker.mjs')
    const input = fileURLToPath(new URL('./replace-worker.ts', import.meta.url))
    await build({ input, platform: 'node', output: { file: worker, codeSplitting: false } })
    const path = join(folder, 'home', 'config')
    const workers = Array.from({ length: 6 }, () => spawn(process.execPath, [worker, path, '30']))
    const ends = workers.map(async (each) => once(each, 'close') as Promise<[number]>)
    expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0, 0, 0, 0])
    expect(readFileSync(path, 'utf8')).toMatch(/^\d+ 29$/)
    expect(readdirSync(join(folder, 'home'))).toEqual(['config'])
  })

  it('keeps the temporary file of a running process, but not for long, as process IDs are reused', async () => {
    writeFileSync(join(folder, name), 'half')
    await files.replace(join(folder, 'config'), 'x')
    expect(readdirSync(folder)).toContain(name)
    const old = new Date(Date.now() - 61_000)
    utimesSync(join(folder, name), old, old)
    await files.replace(join(folder, 'config'), 'x')
    expect(readdirSync(folder)).toEqual(['config'])
  })
})

describe('editFile', () => {
  const context = { files, sleep } as unknown as Context
  const edits = [{ profile: 'work', change: { region: 'x' } }]

  it('refuses a damaged file, names the line and leaves the file unchanged', async () => {
    const path = join(folder, 'config')
    writeFileSync(path, '[a]\nx = 1\n[a]\n')
    await expect(editFile(context, path, 'config', edits)).rejects.toThrow(
      `${path}:3: the section [a]`,
    )
    expect(readFileSync(path, 'utf8')).toBe('[a]\nx = 1\n[a]\n')
    expect(readdirSync(folder)).toEqual(['config'])
  })

  it('refuses a file that is not UTF-8 and leaves it unchanged', async () => {
    const path = join(folder, 'config')
    const bytes = Buffer.from([0x5b, 0x61, 0x5d, 0x0a, 0xff, 0x0a])
    writeFileSync(path, bytes)
    await expect(editFile(context, path, 'config', edits)).rejects.toThrow('not UTF-8')
    expect(readFileSync(path)).toEqual(bytes)
  })

  it('loses no edit if several are made at once', async () => {
    const path = join(folder, 'config')
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`)
    await Promise.all(
      names.map(async (profile) =>
        editFile(context, path, 'config', [{ profile, change: { region: profile } }]),
      ),
    )
    const text = readFileSync(path, 'utf8')
    for (const name of names) expect(text).toContain(`[profile ${name}]\nregion = ${name}\n`)
    expect(readdirSync(folder)).toEqual(['config'])
  })

  it('starts again if another program wrote to the file meanwhile', async () => {
    const path = join(folder, 'config')
    const versions = ['', '[a]\nx = 1\n', '[a]\nx = 1\n[b]\ny = 2\n']
    writeFileSync(path, '[a]\nx = 1\n')
    // Overwritten right after each read, as by a program that takes no lock.
    const read = async (name: string): Promise<string | undefined> => {
      const text = await files.read(name)
      const next = versions.shift()
      if (next !== undefined) writeFileSync(name, next)
      return text
    }
    const beside = { files: { ...files, read }, sleep } as unknown as Context
    await editFile(beside, path, 'config', edits)
    expect(readFileSync(path, 'utf8')).toBe(
      '[a]\nx = 1\n[b]\ny = 2\n\n[profile work]\nregion = x\n',
    )
  })

  it('waits if another program has emptied the file to write it again', async () => {
    const path = join(folder, 'config')
    writeFileSync(path, '')
    const writing = sleep(150).then(() => writeFileSync(path, '[a]\nx = 1\n'))
    await editFile(context, path, 'config', edits)
    await writing
    expect(readFileSync(path, 'utf8')).toBe('[a]\nx = 1\n\n[profile work]\nregion = x\n')
    writeFileSync(path, '')
    await editFile(context, path, 'config', edits)
    expect(readFileSync(path, 'utf8')).toBe('[profile work]\nregion = x\n')
  })

  it('fails if another program keeps writing', async () => {
    const path = join(folder, 'config')
    let count = 0
    const read = async (name: string): Promise<string | undefined> => {
      writeFileSync(path, `[a]\nx = ${count++}\n`)
      return files.read(name)
    }
    const beside = { files: { ...files, read }, sleep } as unknown as Context
    await expect(editFile(beside, path, 'config', edits)).rejects.toThrow(
      `Another program keeps changing ${path}.`,
    )
    expect(readFileSync(path, 'utf8')).toBe(`[a]\nx = ${count - 1}\n`)
  })
})
