/** The cached answer through Node: what it loads, and when it must not be used. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { settle } from '../support/launcher.ts'
import { preload } from '../support/preload.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']

/** Logged in, with files that are old enough for an index. */
async function loggedIn(others = 0): Promise<Sandbox> {
  const box = await sandbox()
  const names = Array.from({ length: others }, (_, index) => `other-${index}`)
  const more = names.map((name) => `\n[profile ${name}]\nregion = eu-west-1\n`).join('')
  box.write('config', `${box.read('config')}${more}`)
  box.freshStep()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  await settle()
  return box
}

const indexFile = (box: Sandbox): string => box.path('mfa-login/cache/work.index')

/** The names of all modules that a run loads, by either loader, sorted. */
async function loaded(box: Sandbox, args: readonly string[]): Promise<string[]> {
  const list = `${box.home}/loaded`
  writeFileSync(
    `${box.home}/hooks.mjs`,
    `import { appendFileSync } from 'node:fs'
     export async function resolve(name, context, next) {
       const found = await next(name, context)
       appendFileSync(${JSON.stringify(list)}, found.url + '\\n')
       return found
     }`,
  )
  writeFileSync(
    `${box.home}/trace.mjs`,
    `import { appendFileSync } from 'node:fs'
     import Module, { register } from 'node:module'
     import { pathToFileURL } from 'node:url'
     register('./hooks.mjs', import.meta.url)
     const load = Module._load
     const note = (name) => appendFileSync(${JSON.stringify(list)}, name + '\\n')
     Module._load = (name, parent, isMain) => {
       note(Module.isBuiltin(name) ? name : pathToFileURL(Module._resolveFilename(name, parent, isMain)).href)
       return load(name, parent, isMain)
     }
     const { getBuiltinModule } = process
     process.getBuiltinModule = (name) => {
       note(name)
       return getBuiltinModule(name)
     }
     const before = new Set(process.moduleLoadList)
     process.on('exit', () => {
       const here = process.moduleLoadList.filter((name) => !before.has(name))
       const names = here.map((name) => name.replace('NativeModule ', ''))
       for (const name of names.filter((name) => Module.builtinModules.includes(name))) note('node:' + name)
     })`,
  )
  // Node 26 warns about `register`, which Node 20 needs.
  const env = {
    NODE_OPTIONS: `--import ${pathToFileURL(`${box.home}/trace.mjs`).href}`,
    NODE_NO_WARNINGS: '1',
  }
  expect(await box.run(args, { env })).toMatchObject({ code: 0, stderr: '' })
  const root = new URL('../..', import.meta.url).href
  const names = readFileSync(list, 'utf8').trim().split('\n')
  return [...new Set(names.map((name) => name.replace(root, '')))].sort()
}

/** Every file and folder with its modification time. */
function times(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return ['.', ...names].map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
}

/** The bytes that a cached answer reads from each file below `~/.aws`, by file name. */
async function bytesRead(box: Sandbox): Promise<Record<string, number>> {
  const list = `${box.home}/read`
  writeFileSync(
    `${box.home}/trace.cjs`,
    `const fs = require('node:fs')
     const { openSync, readFileSync } = fs
     const paths = new Map()
     fs.openSync = (path, ...rest) => {
       const file = openSync(path, ...rest)
       paths.set(file, path)
       return file
     }
     fs.readFileSync = (file, ...rest) => {
       const data = readFileSync(file, ...rest)
       const path = paths.get(file) ?? file
       const note = JSON.stringify([path, data.length]) + '\\n'
       if (String(path).includes(${JSON.stringify(`${sep}.aws${sep}`)})) fs.appendFileSync(${JSON.stringify(list)}, note)
       return data
     }`,
  )
  const env = preload(`${box.home}/trace.cjs`)
  // The first run writes the index.
  expect((await box.run(SERVE)).code).toBe(0)
  expect(await box.run(SERVE, { env })).toMatchObject({ code: 0, stderr: '' })
  const notes = readFileSync(list, 'utf8').trim().split('\n')
  const entries = notes.map((note) => JSON.parse(note) as [string, number])
  return Object.fromEntries(entries.map(([path, length]) => [basename(path), length]))
}

const kind = (name: string): string => name.split('.').at(-1)!

describe('the cached answer', () => {
  it('loads these modules and no others', async () => {
    const box = await loggedIn()
    const all = ['bin/mfa-login.js', 'dist/fast-path.cjs', 'node:fs', 'node:path']
    const prompt = ['bin/mfa-login.js', 'dist/fast-prompt.cjs', 'node:fs', 'node:path']
    expect(existsSync(indexFile(box))).toBe(false)
    // Without an index, the run reads both files and finds the session by a digest, and names a temporary file.
    expect(await loaded(box, SERVE)).toEqual(
      [...all, 'dist/from-files.cjs', 'dist/miss.cjs', 'node:crypto', 'node:os'].sort(),
    )
    expect(existsSync(indexFile(box))).toBe(true)
    writeFileSync(`${box.home}/loaded`, '')
    expect(await loaded(box, SERVE)).toEqual(all)
    writeFileSync(`${box.home}/loaded`, '')
    expect(await loaded(box, ['credential-process', '-p', 'work'])).toEqual(all)
    writeFileSync(`${box.home}/loaded`, '')
    expect(await loaded(box, ['prompt'])).toEqual(prompt)
  })

  it('takes no lock and changes no file, also in many processes at once', async () => {
    const box = await loggedIn()
    expect((await box.run(SERVE)).code).toBe(0)
    const before = times(box.path('.'))
    const all = await Promise.all(Array.from({ length: 64 }, async () => box.run(SERVE)))
    expect(new Set(all.map(({ code, stdout }) => `${code} ${stdout}`)).size).toBe(1)
    expect(all[0]).toMatchObject({ code: 0 })
    // A lock in the cache folder would change the modification time of the folder.
    expect(times(box.path('.'))).toEqual(before)
    expect(box.calls()).toEqual(['OK'])
  })

  it('reads as many bytes with ten thousand profiles as with one', async () => {
    const few = await bytesRead(await loggedIn())
    const many = await bytesRead(await loggedIn(10_000))
    expect(Object.keys(few)).toContain('work.index')
    expect(Object.keys(few)).not.toContain('config')
    expect(Object.keys(many).map(kind)).toEqual(Object.keys(few).map(kind))
    const total = (read: Record<string, number>): number =>
      Object.values(read).reduce((sum, length) => sum + length, 0)
    // The index contains the path of the home, whose length differs.
    expect(Math.abs(total(many) - total(few))).toBeLessThan(50)
  })

  it('is not used after a change of a file or of the session', async () => {
    const box = await loggedIn()
    const first = await box.run(SERVE)
    expect(existsSync(indexFile(box))).toBe(true)
    box.device.usedSteps.clear()
    await box.run(['--profile', 'work', '--force', '--token-code', box.code(1)])
    const second = await box.run(SERVE)
    expect(second).toMatchObject({ code: 0 })
    expect(second.stdout).not.toBe(first.stdout)
    box.write('config', '[profile work]\nmfa_serial = GAHT12345678\n')
    expect((await box.run(SERVE)).code).toBe(6)
  })

  it('is not used after a rotation of the key', async () => {
    const box = await loggedIn()
    expect((await box.run(SERVE)).code).toBe(0)
    expect(existsSync(indexFile(box))).toBe(true)
    box.user.keys.unshift(createAccessKey())
    box.write('credentials', box.keysSection())
    expect((await box.run(SERVE)).code).toBe(6)
  })

  it('writes no index if the environment decides the result', async () => {
    const box = await loggedIn()
    const serial = box.device.serialNumber
    box.write('config', '[profile work]\nregion = eu-west-1\n')
    await settle()
    expect((await box.run(SERVE, { env: { AWS_MFA_SERIAL: serial } })).code).toBe(0)
    expect(existsSync(indexFile(box))).toBe(false)
    expect((await box.run(SERVE, { env: { AWS_MFA_SERIAL: 'GAHT12345678' } })).code).toBe(6)
  })
})
