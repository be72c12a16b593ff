/** Runs `bin/mfa-login-credentials` in the shells that may be the `sh` of a system. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import {
  cachedPaths,
  versionsOf,
  writeIndex,
  type IndexEntry,
} from '../../src/fast-path/profile-index.ts'
import type { Paths } from '../../src/profile/paths.ts'
import { has } from './programs.ts'
import { LAUNCHER } from './sandbox.ts'

/** A shell that is not installed is skipped. */
export const SHELLS = [
  ['sh'],
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['zsh', '--emulate', 'sh'],
  ['mksh'],
].map((words) => {
  const [program = '', ...options] = words
  const isInstalled = (): boolean => has(program, ...options, '-c', 'exit 0')
  return { words, name: words.join(' '), isInstalled }
})

/** Runs the launcher in front of these words. */
export function launchIn(
  [program = '', ...options]: readonly string[],
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const all = { encoding: 'utf8', env } as const
  const { status, stdout, stderr } = spawnSync(program, [...options, LAUNCHER, ...words], all)
  if (status !== 0 || stderr !== '') throw new Error(`exit code ${status}: ${stderr}`)
  return stdout
}

/** Longer than `isSettled` in src/platform/files/fingerprint.ts asks for where times have fractions. */
export const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30))

interface IndexOptions extends Partial<IndexEntry> {
  readonly platform?: string
}

/** Writes an index for the files as they are, without the checks that Node makes before. */
export function writeIndexFor(
  paths: Paths,
  profile: string,
  { lockKey = '0', platform = process.platform }: IndexOptions = {},
): void {
  const cacheFile = readdirSync(paths.cache).find((name) => name.endsWith('.json')) ?? ''
  const files = [paths.config, paths.credentials, ...cachedPaths(paths, cacheFile)]
  writeIndex(paths, profile, { cacheFile, lockKey }, versionsOf(files), platform)
}
