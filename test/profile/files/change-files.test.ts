/** What `aws configure`, which takes no lock, writes while a change is under way. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/failure.ts'
import { realContext } from '../../../src/platform/real-context.ts'
import { changeFiles, type FileChange } from '../../../src/profile/files/change-files.ts'
import type { FileEdits } from '../../../src/profile/ini/edit.ts'
import { profileKeys } from '../../../src/profile/ini/ini-file.ts'
import { pathsOf } from '../../../src/profile/paths.ts'
import { sandbox } from '../../support/sandbox.ts'

const OTHER = '\n[other]\nregion = x\n'

/** A change that removes `x` from [work], as long as it is 1. */
async function start() {
  const box = await sandbox()
  const real = realContext({ self: [], manifest: () => '{}', folders: [] })
  const context = { ...real, env: box.env, home: box.home }
  const paths = pathsOf(context)
  const calls: string[] = []
  writeFileSync(paths.credentials, '[work]\nx = 1\ny = 2\n')
  const append = (text: string): void =>
    writeFileSync(paths.credentials, readFileSync(paths.credentials, 'utf8') + text)
  const change = {
    plan: (files) => {
      calls.push('plan')
      const isOne = profileKeys(files.credentials, 'credentials', 'work').get('x') === '1'
      if (!isOne) throw new Error('outdated')
      return { credentials: [{ profile: 'work', change: { x: undefined } }] }
    },
    before: () => Promise.resolve(void calls.push('before')),
    after: () => Promise.resolve(void calls.push('after')),
  } satisfies FileChange<FileEdits>
  const run = async (parts: Partial<FileChange<FileEdits>>) =>
    changeFiles(context, paths, { ...change, ...parts })
  return { ...change, run, calls, append, paths }
}

it('a file that changes while a change is planned is planned for again before the keyring changes', async () => {
  const { run, plan, calls, append, paths } = await start()
  await run({
    plan: (files) => {
      if (calls.length === 0) append(OTHER)
      return plan(files)
    },
  })
  expect(calls).toEqual(['plan', 'plan', 'before', 'after'])
  expect(readFileSync(paths.credentials, 'utf8')).toBe(`[work]\ny = 2\n${OTHER}`)
})

it('a file that changes elsewhere after the keyring did is changed all the same, and the keyring once', async () => {
  const { run, before, calls, append, paths } = await start()
  await run({
    before: async () => {
      append(OTHER)
      await before()
    },
  })
  expect(calls).toEqual(['plan', 'before', 'plan', 'after'])
  expect(readFileSync(paths.credentials, 'utf8')).toBe(`[work]\ny = 2\n${OTHER}`)
})

it('a change that is outdated after the keyring changed says so, and is not planned and asked again', async () => {
  const { run, before, calls, paths } = await start()
  const change = run({
    before: async () => {
      writeFileSync(paths.credentials, '[work]\nx = 3\n')
      await before()
    },
  })
  await expect(change).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('The keyring and the backups may have changed.') as string,
  })
  expect(calls).toEqual(['plan', 'before', 'plan'])
  expect(readFileSync(paths.credentials, 'utf8')).toBe('[work]\nx = 3\n')
})

it('a change that cannot be undone says which file is changed and why', async () => {
  const box = await sandbox()
  const real = realContext({ self: [], manifest: () => '{}', folders: [] })
  const written: string[] = []
  const replace = async (path: string, text: string): Promise<void> => {
    written.push(path)
    if (written.length > 1) throw new Failure('files', `${path} is open.`, 'close it')
    await real.files.replace(path, text)
  }
  const context = { ...real, env: box.env, home: box.home, files: { ...real.files, replace } }
  const paths = pathsOf(context)
  const edit = { profile: 'work', change: { x: '1' } }
  const change = changeFiles(context, paths, {
    plan: () => ({ credentials: [edit], config: [edit] }),
  })
  const error = (await change.catch((each: unknown) => each)) as Failure
  const [first = '', second = ''] = written
  expect(error.message).toBe(
    `${first} is changed already, and could not get its old text back. ${second} is open. ${first} is open.`,
  )
  expect(written).toEqual([first, second, first])
})
