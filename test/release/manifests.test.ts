/** What package managers get, as `.ci/release/manifests.mjs` writes it from the checksums of a release. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { has } from '../support/programs.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }
const { version } = manifest
const HOMEPAGE = 'https://github.com/some-one/mfa-login'
const folder = mkdtempSync(join(tmpdir(), 'mfa-login-manifests-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const FILES = ['linux', 'darwin', 'win32'].flatMap((platform) =>
  ['x64', 'arm64'].map(
    (arch) => `mfa-login-${platform}-${arch}.${platform === 'win32' ? 'zip' : 'tar.gz'}`,
  ),
)
/** The address and the checksum of an executable. */
const expected = (file: string) => ({
  url: `${HOMEPAGE}/releases/download/v${version}/${file}`,
  sha256: sumOf(file),
})
const read = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8')

function script(name: string, ...words: string[]) {
  const path = `${ROOT}.ci/release/${name}`
  return spawnSync(process.execPath, [path, ...words], { cwd: folder, encoding: 'utf8' })
}
const writeManifest = (repository?: object): void =>
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, repository }))

beforeAll(() => {
  mkdirSync(join(folder, 'artifacts'))
  for (const file of FILES) {
    writeFileSync(join(folder, 'artifacts', `${file}.sha256`), `${sumOf(file)}  ${file}\n`)
  }
  writeManifest({ type: 'git', url: `git+${HOMEPAGE}.git` })
  const { status, stderr } = script('manifests.mjs', 'artifacts', 'out')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

it('are these files', () => {
  expect(readdirSync(join(folder, 'out'))).toEqual([
    'mfa-login.json',
    'mfa-login.rb',
    'mise.toml',
    'some-one.mfa-login.installer.yaml',
    'some-one.mfa-login.locale.en-US.yaml',
    'some-one.mfa-login.yaml',
  ])
})

/** Homebrew's language for formulas, which prints what each platform gets. */
const FORMULA = `
class Formula
  @@on = []
  class << self
    %w[macos linux intel arm].each do |name|
      define_method("on_#{name}") { |&block| @@on.push(name); block.call; @@on.pop }
    end
    %w[desc homepage version license test].each { |name| define_method(name) { |*| } }
    def url(value) = puts("#{@@on.join(' ')} url #{value}")
    def sha256(value) = puts("#{@@on.join(' ')} sha256 #{value}")
  end
end
`

describe.skipIf(!has('ruby', '--version'))('the formula for Homebrew', () => {
  it('is Ruby without a warning', () => {
    const { stdout, stderr } = spawnSync('ruby', ['-wc', join(folder, 'out/mfa-login.rb')], {
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: 'Syntax OK\n', stderr: '' })
  })

  it('links manual pages and completions that the build makes', () => {
    const links = Array.from(
      read('mfa-login.rb').matchAll(/(man1|completion)\.install_symlink .*libexec\/"([^"]+)"/g),
      ([, , path = '']) => path,
    )
    expect(links).toHaveLength(4)
    for (const path of links)
      expect(existsSync(`${ROOT}dist/${path.replace('*', 'mfa-login')}`), path).toBe(true)
  })

  it('has the archive of each platform', () => {
    const input = `${FORMULA}\n${read('mfa-login.rb')}`
    const lines = execFileSync('ruby', ['-'], { input, encoding: 'utf8' }).trim().split('\n')
    const wanted = (['macos darwin', 'linux linux'] as const).flatMap((names) => {
      const [system, platform] = names.split(' ')
      return ['intel x64', 'arm arm64'].flatMap((each) => {
        const [kind, arch] = each.split(' ')
        const { url, sha256 } = expected(`mfa-login-${platform!}-${arch!}.tar.gz`)
        return [`${system!} ${kind!} url ${url}`, `${system!} ${kind!} sha256 ${sha256}`]
      })
    })
    expect(lines).toEqual(wanted)
  })
})

it('the manifest for Scoop has the archives of Windows, and how to find the next ones', () => {
  const scoop = JSON.parse(read('mfa-login.json')) as Record<string, unknown>
  const architecture = (arch: string) => {
    const { url, sha256 } = expected(`mfa-login-win32-${arch}.zip`)
    return { url, hash: sha256, extract_dir: `mfa-login-win32-${arch}` }
  }
  expect(scoop).toMatchObject({ version, license: 'MIT', homepage: HOMEPAGE, bin: 'mfa-login.exe' })
  expect(scoop.architecture).toEqual({
    '64bit': architecture('x64'),
    arm64: architecture('arm64'),
  })
  const next = `${HOMEPAGE}/releases/download/v$version/mfa-login-win32-arm64.zip`
  expect(scoop.autoupdate).toMatchObject({ architecture: { arm64: { url: next } } })
})

it('the manifests for winget are one, in three files', () => {
  const names = ['', '.locale.en-US', '.installer'].map((each) => `some-one.mfa-login${each}.yaml`)
  const all = names.map((name) => parse(read(name)) as Record<string, unknown>)
  expect(all.map((each) => each.ManifestType)).toEqual(['version', 'defaultLocale', 'installer'])
  for (const [index, each] of all.entries()) {
    const { ManifestType: type, ManifestVersion: of } = each as Record<string, string>
    expect(each).toMatchObject({
      PackageIdentifier: 'some-one.mfa-login',
      PackageVersion: version,
      ManifestVersion: all[0]?.ManifestVersion,
    })
    expect(read(names[index]!)).toContain(`/winget-manifest.${type!}.${of!}.schema.json\n`)
  }
  // What the schema requires, and its limits.
  const [first, locale, installer] = all as Record<string, string>[]
  expect(first!.DefaultLocale).toBe(locale!.PackageLocale)
  expect(locale).toMatchObject({ Publisher: 'some-one', PackageName: 'mfa-login', License: 'MIT' })
  expect(locale!.ShortDescription!.length).toBeLessThanOrEqual(256)
  expect(installer).toMatchObject({ InstallerType: 'zip', NestedInstallerType: 'portable' })
  expect(installer!.Installers).toEqual(
    ['x64', 'arm64'].map((arch) => {
      const { url, sha256 } = expected(`mfa-login-win32-${arch}.zip`)
      const path = `mfa-login-win32-${arch}\\mfa-login.exe`
      return {
        Architecture: arch,
        InstallerUrl: url,
        InstallerSha256: sha256.toUpperCase(),
        NestedInstallerFiles: [{ RelativeFilePath: path, PortableCommandAlias: 'mfa-login' }],
      }
    }),
  )
})

it.skipIf(!has('python3', '-c', 'import tomllib'))('the entry for mise has every archive', () => {
  const program = 'import json, sys, tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout)'
  const input = read('mise.toml')
  const toml = JSON.parse(
    execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }),
  ) as {
    tools: Record<string, { version: string; platforms: Record<string, unknown> }>
  }
  const names: Record<string, string> = { darwin: 'macos', win32: 'windows' }
  const platforms = FILES.map((file) => {
    const [, platform = '', arch = ''] = /^mfa-login-(\w+)-(\w+)\./.exec(file) ?? []
    const { url, sha256 } = expected(file)
    return [`${names[platform] ?? platform}-${arch}`, { url, checksum: `sha256:${sha256}` }]
  })
  expect(toml).toEqual({
    tools: { 'http:mfa-login': { version, platforms: Object.fromEntries(platforms) as object } },
  })
})

describe('a release is refused', () => {
  it.each([
    { where: 'the tag is another one', tag: 'v99.0.0', because: 'The tag is v99.0.0' },
    { where: 'it runs in a fork', of: 'other/mfa-login', because: 'and this is other/mfa-login.' },
    { where: 'the changelog does not know it', because: `no heading ## ${version}.`, changes: '' },
  ])('where $where', ({ tag = `v${version}`, of = 'some-one/mfa-login', changes, because }) => {
    const text = changes ?? `# Changelog\n\n## ${version} - 2026-01-02\n\n- New.\n\n## 0.0.1\n`
    writeFileSync(join(folder, 'CHANGELOG.md'), text)
    const { status, stderr, stdout } = script('check.mjs', tag, of)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(because)
  })

  it('where package.json does not name the repository', () => {
    writeManifest()
    expect(script('manifests.mjs', 'artifacts', 'out').stderr).toContain(
      'Try: npm pkg set repository=github:OWNER/mfa-login && npm pkg fix',
    )
    writeManifest({ type: 'git', url: `git+${HOMEPAGE}.git` })
  })
})

it('the notes of a release are its part of the changelog', () => {
  const text = `# Changelog\n\n## Unreleased\n\n## ${version} - 2026-01-02\n\n- New.\n\n## 0.0.1\n\n- Old.\n`
  writeFileSync(join(folder, 'CHANGELOG.md'), text)
  const { stdout, stderr } = script('check.mjs', `v${version}`, 'some-one/mfa-login')
  expect({ stdout, stderr }).toEqual({ stdout: '- New.\n', stderr: '' })
})
