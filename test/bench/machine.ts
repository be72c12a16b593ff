/** The machine, the versions, the load and the size of the package, without which a result means nothing. */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type as system } from 'node:os'
import { join } from 'node:path'

/** The executable of `npm run standalone`; measured if it exists. */
const ARCHIVE = join(process.cwd(), `standalone/mfa-login-${process.platform}-${process.arch}`)
export const EXECUTABLE = join(ARCHIVE, 'mfa-login')

export function machine() {
  return {
    processor: `${cpus()[0]?.model ?? '?'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${system()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** The load of the last minute. The rows are reliable only if it is near 1, which is the load of the benchmark. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

/** The size of an installation in bytes, and its number of packages. */
export function packageSize() {
  const npm = (...args: string[]): string => execFileSync('npm', args, { encoding: 'utf8' })
  const [packed] = JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts')) as {
    size: number
    unpackedSize: number
  }[]
  const [, ...dependencies] = npm('ls', '--omit=dev', '--all', '--parseable').trim().split('\n')
  const unpacked = packed?.unpackedSize ?? NaN
  return {
    packed: packed?.size ?? NaN,
    installed: dependencies.map(bytesIn).reduce((sum, bytes) => sum + bytes, unpacked),
    packages: dependencies.length + 1,
    ...(existsSync(EXECUTABLE) ? { executable: sizeOf(EXECUTABLE) } : {}),
    ...(existsSync(EXECUTABLE) ? { archive: sizeOf(`${ARCHIVE}.tar.gz`) } : {}),
  }
}

function sizeOf(path: string): number {
  return lstatSync(path).size
}

/** Leaves out packages inside a package, which npm lists, too. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesIn(path) : sizeOf(path)
    })
    .reduce((sum, bytes) => sum + bytes, 0)
}
