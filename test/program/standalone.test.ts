/** The executable for systems without Node. The tests build it first. */
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectWhole, versionsOf, type Bom } from '../support/bom.ts'
import { clone } from '../support/clone.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NAME = `mfa-login-${process.platform}-${process.arch}`
const EXECUTABLE = `${ROOT}standalone/${NAME}/mfa-login`
/** Some distributions build Node without support for single executable applications. */
const canBeBuilt =
  process.platform !== 'win32' &&
  readFileSync(realpathSync(process.execPath)).includes(
    'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  )

/** Runs a program with a PATH that has what the launcher needs, and no Node. */
async function run(box: Sandbox, program: string, ...args: string[]): Promise<string> {
  const bin = `${box.home}/bin`
  mkdirSync(bin, { recursive: true })
  for (const name of ['date', 'stat']) {
    if (!existsSync(`${bin}/${name}`)) symlinkSync(`/bin/${name}`, `${bin}/${name}`)
  }
  const env = { ...box.env, PATH: bin }
  return (await promisify(execFile)(program, args, { env })).stdout
}

function build(folder: string): void {
  execFileSync(process.execPath, [`${folder}/.ci/release/standalone.mjs`], { stdio: 'pipe' })
}

describe.skipIf(!canBeBuilt)('the executable', () => {
  beforeAll(() => {
    build(ROOT)
  }, 300_000)

  it('has a checksum', () => {
    const archive = `${ROOT}standalone/${NAME}.tar.gz`
    const sum = createHash('sha256').update(readFileSync(archive)).digest('hex')
    expect(readFileSync(`${archive}.sha256`, 'utf8')).toBe(`${sum}  ${NAME}.tar.gz\n`)
  })

  it('is the same in two builds', () => {
    const folder = clone('in/another/folder')
    build(folder)
    const names = ['', '.sha256', '.cdx.json'].map((ending) => `standalone/${NAME}.tar.gz${ending}`)
    for (const name of names) {
      expect(readFileSync(`${folder}/${name}`).equals(readFileSync(ROOT + name)), name).toBe(true)
    }
  }, 300_000)

  it('has the manual and the completions beside it', async () => {
    const box = await sandbox()
    const archive = `${ROOT}standalone/${NAME}.tar.gz`
    execFileSync('tar', ['-xzf', archive, '-C', box.home])
    for (const [path, first] of [
      ['man/mfa-login-keys-list.1', '.TH MFA-LOGIN-KEYS-LIST 1 2026-11-27 '],
      ['completions/zsh/_mfa-login', '#compdef mfa-login\n'],
    ] as const) {
      expect(readFileSync(`${box.home}/${NAME}/${path}`, 'utf8')).toContain(first)
    }
  })

  it('comes with a list of what it has in it', () => {
    const bom = JSON.parse(readFileSync(`${ROOT}standalone/${NAME}.tar.gz.cdx.json`, 'utf8')) as Bom
    expectWhole(bom)
    expect(versionsOf(bom, 'node')).toEqual([process.versions.node])
    expect(versionsOf(bom, '@aws-sdk/client-sts')).toHaveLength(1)
    expect(versionsOf(bom, '@napi-rs/keyring')).toEqual([])
  })

  it('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      version: string
    }
    expect(await run(await sandbox(), EXECUTABLE, '--version')).toBe(`${version}\n`)
  })

  it('logs in, writes itself into the config and serves the session', async () => {
    const box = await sandbox()
    box.freshStep()
    await run(box, EXECUTABLE, 'setup', '--profile', 'work', '--yes')
    const line = `${EXECUTABLE}-credentials ${EXECUTABLE} credential-process --profile work`
    expect(box.read('config')).toContain(`credential_process = ${line}\n`)
    await run(box, EXECUTABLE, '--profile', 'work', '--token-code', box.code())
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const words = ['credential-process', '--profile', 'work']
    const answer = await run(box, EXECUTABLE, ...words)
    expect(JSON.parse(answer)).toHaveProperty('SessionToken')
    expect(box.calls()).toEqual(['OK'])
    // Only the launcher can have printed this, as the program does not exist.
    expect(await run(box, `${EXECUTABLE}-credentials`, '/no/mfa-login', ...words)).toBe(answer)
  })

  it('writes the link that it was called by, which outlives an update of what it leads to', async () => {
    const box = await sandbox()
    const bin = `${box.home}/bin`
    mkdirSync(bin)
    for (const name of ['mfa-login', 'mfa-login-credentials']) {
      symlinkSync(`${ROOT}standalone/${NAME}/${name}`, `${bin}/${name}`)
    }
    await run(box, 'mfa-login', 'setup', '--profile', 'work', '--yes')
    const line = `${bin}/mfa-login-credentials ${bin}/mfa-login credential-process --profile work`
    expect(box.read('config')).toContain(`credential_process = ${line}\n`)
  })

  it('says that it cannot use a keyring', async () => {
    const box = await sandbox()
    const store = run(box, EXECUTABLE, 'keys', 'store', '--profile', 'work')
    const stderr = await store.catch((error: unknown) => (error as { stderr: string }).stderr)
    expect(stderr).toContain(
      'There is no keyring to use here: no build of @napi-rs/keyring can be loaded',
    )
    expect(stderr).toContain('Try: install mfa-login with npm')
    // No warning of Node about the module that it cannot load.
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(box.read('credentials')).toContain(box.key.secretAccessKey)
  })
})
