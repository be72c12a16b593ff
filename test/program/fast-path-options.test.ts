/** `-p NAME` gets the cached answer as fast as `--profile NAME`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settle } from '../support/launcher.ts'
import { preload } from '../support/preload.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const FORMS = [
  ['-p', 'work'],
  ['--profile', 'work'],
]

/** The program's own files that a run loads. */
async function filesLoaded(box: Sandbox, args: readonly string[]): Promise<string[]> {
  const list = `${box.home}/loaded`
  const save = `fs.writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`
  const script = `const fs = require('node:fs')\nprocess.on('exit', () => ${save})`
  writeFileSync(`${box.home}/preload.cjs`, script)
  const env = preload(`${box.home}/preload.cjs`)
  expect(await box.run(args, { env })).toMatchObject({ code: 0, stderr: '' })
  const files = JSON.parse(readFileSync(list, 'utf8')) as string[]
  const paths = files.map((file) => file.replaceAll('\\', '/'))
  return paths.flatMap((file) => /(?:bin|dist)\/[^/]+$/.exec(file)?.[0] ?? [])
}

test.each([
  ['--profile', 'other', '--profile', 'work'],
  ['-p', 'work', '--profile=work'],
  ['--profile', 'work', '--min-ttl', '1m', '--min-ttl', '2m'],
])(
  'credential-process %s %s %s %s refuses what is given twice, also for a cached session',
  async (...words) => {
    const box = await sandbox()
    box.freshStep()
    expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
    const { code, stdout, stderr } = await box.run(['credential-process', ...words])
    expect(stderr).toMatch(/--(profile|min-ttl) is given twice/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  },
)

test.each(FORMS)('credential-process %s %s loads nothing but the fast path', async (...form) => {
  const box = await sandbox()
  box.freshStep()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  await settle()
  const indexed = ['bin/mfa-login.js', 'dist/fast-path.cjs']
  const command = ['credential-process', ...form]
  expect(await filesLoaded(box, command)).toEqual([
    ...indexed,
    'dist/miss.cjs',
    'dist/from-files.cjs',
  ])
  expect(await filesLoaded(box, command)).toEqual(indexed)
})
