/**
 * Writes what package managers need to find the executables of a release, from the checksums of its artifacts:
 * manifests.mjs ARTIFACTS FOLDER
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { homebrew } from './manifests/homebrew.mjs'
import { mise } from './manifests/mise.mjs'
import { scoop } from './manifests/scoop.mjs'
import { winget } from './manifests/winget.mjs'
import { readRelease } from './release.mjs'

const [artifacts, folder] = process.argv.slice(2)
const release = readRelease()
const executables = ['linux', 'darwin', 'win32'].flatMap((platform) =>
  ['x64', 'arm64'].map((arch) => executable(platform, arch)),
)

/** An archive of `npm run standalone`, which has the executable in a folder of the same name. */
function executable(platform, arch) {
  const name = `${release.name}-${platform}-${arch}`
  const file = `${name}.${platform === 'win32' ? 'zip' : 'tar.gz'}`
  const [sha256, named] = readFileSync(join(artifacts, `${file}.sha256`), 'utf8')
    .trim()
    .split('  ')
  if (named !== file || !/^[0-9a-f]{64}$/.test(sha256))
    throw new Error(`${file}.sha256 is not its checksum`)
  return { platform, arch, name, file, url: `${release.downloads}/${file}`, sha256 }
}

mkdirSync(folder, { recursive: true })
const files = [homebrew, scoop, winget, mise].map((write) => write(release, executables))
for (const [name, text] of files.flatMap(Object.entries)) writeFileSync(join(folder, name), text)
