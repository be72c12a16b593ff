/** The packed program as npm installs it into a clean folder, from an empty home. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { expectWhole, versionsOf, type Bom } from '../support/bom.ts'
import { clone } from '../support/clone.ts'
import { EmptyHome, npmOutput } from '../support/npm.ts'
import { has } from '../support/programs.ts'
import type { Outcome } from '../support/sandbox.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }

const packed = mkdtempSync(join(tmpdir(), 'mfa-login-packed-'))
afterAll(() => rmSync(packed, { recursive: true, force: true }))
/** `npm test` has built the program, and other tests run it: what is there is packed. */
const name = npmOutput('pack', '--ignore-scripts', '--silent', '--pack-destination', packed)?.trim()
const tarball = join(packed, name ?? '')

/** No warning, no deprecation and no notice; npm prints these to stderr. */
function expectQuiet({ code, stdout, stderr }: Outcome): void {
  expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout })
  expect(stdout).not.toMatch(/warn|deprecated/i)
}

it('says what a registry shows, and leaves the address of the repository to one field', async () => {
  const home = new EmptyHome()
  cpSync(`${ROOT}bin`, join(home.folder, 'bin'), { recursive: true })
  const written = readFileSync(`${ROOT}package.json`, 'utf8')
  const manifest = JSON.parse(written) as Record<string, unknown>
  for (const field of ['description', 'keywords', 'license', 'engines', 'files', 'bin']) {
    expect(manifest, field).toHaveProperty(field)
  }
  expect(manifest).not.toHaveProperty('homepage')
  expect(manifest).not.toHaveProperty('bugs')
  // What npm would correct, with a warning, when it publishes.
  writeFileSync(join(home.folder, 'package.json'), written)
  expectQuiet(await home.npm('pkg', 'fix'))
  expect(readFileSync(join(home.folder, 'package.json'), 'utf8')).toBe(written)
})

describe.skipIf(npmOutput('ping') === undefined)('the package', () => {
  it('is installed globally, is linked to no clone, runs and goes, all without a warning', async () => {
    const home = new EmptyHome()
    expectQuiet(await home.npm('install', '--global', tarball))
    const installed = await home.run('mfa-login --version')
    expect(installed).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const report = await home.run('mfa-login --version --json')
    expect(JSON.parse(report.stdout)).toMatchObject({ version, installedBy: 'npm' })
    expect(lstatSync(join(home.modules, 'mfa-login')).isSymbolicLink()).toBe(false)
    if (has('man', '--version')) {
      const { stdout } = await home.run('man -w mfa-login-keys-list')
      expect(stdout).toContain(join(home.modules, 'mfa-login/dist/man'))
    }
    const demo = await home.run('mfa-login demo')
    expect(demo.stdout).toContain('Refused without MFA, allowed after mfa-login.')
    expect(demo.code).toBe(0)
    expectQuiet(await home.npm('uninstall', '--global', 'mfa-login'))
    const left = readdirSync(home.home, { recursive: true, encoding: 'utf8' })
    expect(left.filter((path) => !path.startsWith('.npm') && path.includes('mfa-login'))).toEqual(
      [],
    )
    expect(existsSync(join(home.home, '.aws'))).toBe(false)
  })

  it('is installed into a project, where npx and npm exec run it', async () => {
    const home = new EmptyHome()
    expectQuiet(await home.npm('init', '--yes'))
    expectQuiet(await home.npm('install', tarball))
    for (const words of [
      ['exec', '--no', 'mfa-login', '--', '--version'],
      ['exec', '--no', '--', 'mfa-login', '--version'],
    ]) {
      expect(await home.npm(...words)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    }
    expect(await home.run('npx mfa-login --version')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    { by: 'npm exec', line: `npm exec --yes --package=${tarball} -- mfa-login --version` },
    { by: 'npx', line: `npx --yes file:${tarball} --version` },
  ])('runs by $by without being installed', async ({ line }) => {
    const outcome = await new EmptyHome().run(line)
    expect(outcome).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

it('is the same in two builds, with its checksum and what it has in it', async () => {
  const home = new EmptyHome()
  const [one, other] = [clone(), clone('in/a/deeper/folder')]
  for (const folder of [one, other]) {
    expect(await home.npmIn(folder, 'run', 'package')).toMatchObject({ code: 0 })
  }
  const file = `mfa-login-${version}.tgz`
  const names = [file, `${file}.cdx.json`, `${file}.sha256`]
  expect(readdirSync(join(one, 'package')).sort()).toEqual(names)
  const read = (folder: string, path: string): Buffer => readFileSync(join(folder, 'package', path))
  for (const each of names) expect(read(one, each).equals(read(other, each)), each).toBe(true)
  const sum = createHash('sha256').update(read(one, file)).digest('hex')
  expect(read(one, `${file}.sha256`).toString()).toBe(`${sum}  ${file}\n`)
  const bom = JSON.parse(read(one, `${file}.cdx.json`).toString()) as Bom
  expectWhole(bom)
  // Bundled, to be installed, and neither.
  expect(versionsOf(bom, '@aws-sdk/client-sts')).toHaveLength(1)
  expect(versionsOf(bom, '@napi-rs/keyring')).toHaveLength(1)
  expect(versionsOf(bom, 'vitest')).toEqual([])
}, 300_000)

it.skipIf(process.platform === 'win32')('is installed by the line of the README', async () => {
  const line = /^npm ci && (npm install .*)$/m.exec(readFileSync(`${ROOT}README.md`, 'utf8'))?.[1]
  const home = new EmptyHome()
  const folder = clone()
  expect(await home.run(line ?? '', folder)).toMatchObject({ code: 0 })
  rmSync(folder, { recursive: true })
  expect(await home.run('mfa-login --version')).toMatchObject({ stdout: `${version}\n`, code: 0 })
})
