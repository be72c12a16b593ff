/** A copy of this repository's files, with the same modules. */
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What is built, installed or Git's. */
const OTHERS = ['.git', 'dist', 'dist.new', 'node_modules', 'package', 'standalone']

/** In a folder of its own, as deep in it as `below` says. */
export function clone(below = ''): string {
  const root = mkdtempSync(join(tmpdir(), 'mfa-login-clone-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, below)
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !OTHERS.includes(relative(ROOT, path)),
  })
  symlinkSync(realpathSync(`${ROOT}node_modules`), join(folder, 'node_modules'), 'junction')
  return folder
}
