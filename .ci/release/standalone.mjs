/**
 * Builds standalone/mfa-login-PLATFORM-ARCH with an executable that has this Node in it, and packs it (Node.js
 * documentation, "Single executable applications").
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'postject'
import { tarGz, zip } from './archive.mjs'
import { describeArtifact } from './artifact.mjs'
import { sbom } from './sbom.mjs'

const NAME = `mfa-login-${process.platform}-${process.arch}`
const FOLDER = join('standalone', NAME)
const isWindows = process.platform === 'win32'
const EXECUTABLE = join(FOLDER, isWindows ? 'mfa-login.exe' : 'mfa-login')
const NODE = realpathSync(process.execPath)

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
rmSync('standalone', { recursive: true, force: true })
node(['node_modules/rolldown/bin/cli.mjs', '-c'], { STANDALONE: '1' })
mkdirSync(FOLDER)
await buildExecutable()
addFiles()
const licenses = readFileSync(join(FOLDER, 'LICENSES.txt'), 'utf8')
describeArtifact(pack(), sbom({ licenses, extra: [nodeComponent()] }))

function node(words, env = {}) {
  execFileSync(process.execPath, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
  })
}

async function buildExecutable() {
  const isBuilder = execFileSync(process.execPath, ['--help'], { encoding: 'utf8' }).includes(
    '--build-sea',
  )
  const sea = {
    main: 'standalone/standalone.cjs',
    output: isBuilder ? EXECUTABLE : 'standalone/sea.blob',
    assets: { 'package.json': 'package.json' },
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
  }
  writeFileSync('standalone/sea.json', JSON.stringify(sea))
  // The cache of compiled code has hashes in it whose seed is random otherwise.
  const reproducible = '--random-seed=1'
  if (isBuilder) node([reproducible, '--build-sea', 'standalone/sea.json'])
  else {
    node([reproducible, '--experimental-sea-config', 'standalone/sea.json'])
    copyFileSync(NODE, EXECUTABLE)
    chmodSync(EXECUTABLE, 0o755)
    // A signature is of the file as it was.
    if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', EXECUTABLE])
    await inject(EXECUTABLE, 'NODE_SEA_BLOB', readFileSync('standalone/sea.blob'), {
      sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
      machoSegmentName: 'NODE_SEA',
    })
    rmSync('standalone/sea.blob')
  }
  if (process.platform === 'darwin')
    execFileSync('codesign', ['--force', '--sign', '-', EXECUTABLE])
  rmSync('standalone/sea.json')
  rmSync('standalone/standalone.cjs')
}

function addFiles() {
  copyFileSync('LICENSE', join(FOLDER, 'LICENSE'))
  copyFileSync(nodeLicense(), join(FOLDER, 'LICENSE.node'))
  renameSync('standalone/LICENSES.txt', join(FOLDER, 'LICENSES.txt'))
  renameSync('standalone/completions', join(FOLDER, 'completions'))
  if (isWindows)
    return ['xdg-open', 'man'].map((name) => rmSync(`standalone/${name}`, { recursive: true }))
  renameSync('standalone/man', join(FOLDER, 'man'))
  renameSync('standalone/xdg-open', join(FOLDER, 'xdg-open'))
  copyFileSync('bin/mfa-login-credentials', join(FOLDER, 'mfa-login-credentials'))
}

/** The license that has to go with the executable: that of an archive of Node, or of a distribution. */
function nodeLicense() {
  const folders = [dirname(dirname(NODE)), dirname(NODE), '/usr/share/doc/nodejs']
  const files = folders.flatMap((folder) => [join(folder, 'LICENSE'), join(folder, 'copyright')])
  const found = files.find((file) => existsSync(file))
  if (found === undefined) throw new Error(`The license of Node is in none of ${files.join(', ')}`)
  return found
}

function pack() {
  const files = readdirSync(FOLDER, { recursive: true })
    .filter((name) => statSync(join(FOLDER, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => {
      const path = join(FOLDER, name)
      const isProgram = isWindows ? name.endsWith('.exe') : (statSync(path).mode & 0o100) !== 0
      return { name: `${NAME}/${name}`, mode: isProgram ? 0o755 : 0o644, data: readFileSync(path) }
    })
  const archive = join('standalone', isWindows ? `${NAME}.zip` : `${NAME}.tar.gz`)
  writeFileSync(archive, isWindows ? zip(files) : tarGz(files))
  return archive
}

function nodeComponent() {
  const { node: version } = process.versions
  const purl = `pkg:generic/node@${version}`
  return {
    'bom-ref': purl,
    type: 'platform',
    name: 'node',
    version,
    purl,
    licenses: [{ license: { id: 'MIT' } }],
    scope: 'required',
    properties: [],
  }
}
