import { realpathSync } from 'node:fs'
import { release, type } from 'node:os'
import type { AboutInstallation } from '../context.ts'
import { installedBy } from './installed-by.ts'

/** `self` is the command that starts this program again: an executable alone has no script. */
export function aboutInstallation(self: readonly string[]): AboutInstallation {
  const { node, bun } = process.versions
  const isExecutable = self.length === 1
  return {
    node,
    ...(bun !== undefined && { bun }),
    platform: process.platform,
    arch: process.arch,
    system: `${type()} ${release()}`,
    installedBy: installedBy(realpathSync(self.at(-1) ?? process.execPath), isExecutable),
  }
}
