/** The cached answer through Node: what it loads, and when it must not be given. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAccessKey } from '../../src/local-aws/account.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']

/** With a session, and files that are old enough for a shortcut. */
async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  await box.freshStep()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 2100))
  return box
}

const shortcut = (box: Sandbox): string => box.path('mfa-login/cache/work.shortcut')

/** Every module a run loads, by whichever loader, in order. */
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
     register('./hooks.mjs', import.meta.url)
     const load = Module._load
     const note = (name) => appendFileSync(${JSON.stringify(list)}, name + '\\n')
     Module._load = (name, parent, isMain) => {
       note(Module.isBuiltin(name) ? name : 'file://' + Module._resolveFilename(name, parent, isMain))
       return load(name, parent, isMain)
     }
     const before = new Set(process.moduleLoadList)
     process.on('exit', () => {
       const here = process.moduleLoadList.filter((name) => !before.has(name))
       const names = here.map((name) => name.replace('NativeModule ', ''))
       for (const name of names.filter((name) => Module.builtinModules.includes(name))) note('node:' + name)
     })`,
  )
  const env = { NODE_OPTIONS: `--import ${box.home}/trace.mjs` }
  expect(await box.run(args, { env })).toMatchObject({ code: 0, stderr: '' })
  const root = new URL('../..', import.meta.url).href
  const names = readFileSync(list, 'utf8').trim().split('\n')
  return [...new Set(names.map((name) => name.replace(root, '')))].sort()
}

describe('a hit', () => {
  it('loads these modules and no other', async () => {
    const box = await loggedIn()
    const all = ['bin/mfa-login.js', 'dist/quick.cjs', 'node:fs', 'node:os', 'node:path']
    expect(existsSync(shortcut(box))).toBe(false)
    // The files are read, and a digest leads to the session.
    const first = await loaded(box, SERVE)
    expect(first.filter((name) => !all.includes(name))).toContain('node:crypto')
    expect(first.filter((name) => /^(bin|dist)/.test(name))).toEqual(all.slice(0, 2))
    expect(existsSync(shortcut(box))).toBe(true)
    writeFileSync(`${box.home}/loaded`, '')
    expect(await loaded(box, SERVE)).toEqual(all)
    writeFileSync(`${box.home}/loaded`, '')
    expect(await loaded(box, ['prompt'])).toEqual(all)
  })

  it('ends with a change of either file, and of the session', async () => {
    const box = await loggedIn()
    const first = await box.run(SERVE)
    expect(existsSync(shortcut(box))).toBe(true)
    box.device.usedSteps.clear()
    await box.run(['--profile', 'work', '--force', '--token-code', box.code(1)])
    const second = await box.run(SERVE)
    expect(second).toMatchObject({ code: 0 })
    expect(second.stdout).not.toBe(first.stdout)
    box.write('config', '[profile work]\nmfa_serial = GAHT12345678\n')
    expect((await box.run(SERVE)).code).toBe(6)
  })

  it('is not that of a key that was rotated', async () => {
    const box = await loggedIn()
    expect((await box.run(SERVE)).code).toBe(0)
    expect(existsSync(shortcut(box))).toBe(true)
    box.user.keys.unshift(createAccessKey())
    box.write('credentials', box.keysSection())
    expect((await box.run(SERVE)).code).toBe(6)
  })

  it('leaves no shortcut where the environment has a say', async () => {
    const box = await loggedIn()
    const serial = box.device.serialNumber
    box.write('config', '[profile work]\nregion = eu-west-1\n')
    await new Promise((resolve) => setTimeout(resolve, 2100))
    expect((await box.run(SERVE, { env: { AWS_MFA_SERIAL: serial } })).code).toBe(0)
    expect(existsSync(shortcut(box))).toBe(false)
    expect((await box.run(SERVE, { env: { AWS_MFA_SERIAL: 'GAHT12345678' } })).code).toBe(6)
  })
})
