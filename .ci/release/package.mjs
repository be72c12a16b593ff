/** Packs what npm publishes into package/, with its checksum and SBOM. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeArtifact } from './artifact.mjs'
import { npm } from './npm.mjs'
import { sbom } from './sbom.mjs'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
rmSync('package', { recursive: true, force: true })
mkdirSync('package')
npm('run', 'build')

const options = ['--ignore-scripts', '--pack-destination', 'package']
const [{ filename, files }] = JSON.parse(npm('pack', ...options, '--dry-run', '--json'))
// npm keeps the modes of files, which depend on the umask of who cloned and built.
for (const { path } of files) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
npm('pack', ...options, '--silent')

const licenses = readFileSync('dist/LICENSES.txt', 'utf8')
describeArtifact(join('package', filename), sbom({ licenses, installed: true }))
