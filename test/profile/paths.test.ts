import { expect, test } from 'vitest'
import { inFolder, pathsOf } from '../../src/profile/paths.ts'

const HOME = String.raw`C:\Users\Al Ice`

test.each([
  [undefined, String.raw`C:\Users\Al Ice\.aws\config`],
  [String.raw`~\cfg`, String.raw`C:\Users\Al Ice\cfg`],
  ['~/a/cfg', String.raw`C:\Users\Al Ice\a\cfg`],
  ['~', HOME],
  [String.raw`$FOLDER\cfg`, String.raw`D:\a\cfg`],
  ['D:/a b (x86)/cfg', String.raw`D:\a b (x86)\cfg`],
  [String.raw`~bob\cfg`, String.raw`~bob\cfg`],
])('on Windows, AWS_CONFIG_FILE %j is %j', (path, expected) => {
  const env = { FOLDER: 'D:/a', AWS_CONFIG_FILE: path }
  const place = { env, home: HOME, homeOf: () => undefined, platform: 'win32' } as const
  expect(pathsOf(place).config).toBe(expected)
})

test.each([
  ['linux', String.raw`a\b`, String.raw`a\b/name`],
  ['win32', String.raw`a\b`, String.raw`a\b\name`],
  ['win32', 'cache', String.raw`cache\name`],
])('on %s, a file in the folder %j is %j', (platform, folder, expected) => {
  expect(inFolder({ platform }, folder, 'name')).toBe(expected)
})
