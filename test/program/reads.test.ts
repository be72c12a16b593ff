/** How often a command reads the two AWS files: once, and again only before it changes one. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { preload } from '../support/preload.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'
import { NOTHING } from '../support/session.ts'

interface Reads {
  readonly config: number
  readonly credentials: number
}

/** Reads by mfa-login itself, which are synchronous; those of the SDK are not. */
async function countReads(box: Sandbox, args: readonly string[]): Promise<Reads> {
  const list = `${box.home}/reads`
  rmSync(list, { force: true })
  writeFileSync(
    `${box.home}/count.cjs`,
    `const fs = require('node:fs')
     const { openSync, readFileSync } = fs
     const count = (path) => {
       const name = /[.]aws.(config|credentials)$/.exec(String(path))?.[1]
       if (name) fs.appendFileSync(${JSON.stringify(list)}, name + '\\n')
     }
     // One calls the other.
     let isCounted = false
     fs.readFileSync = (path, ...rest) => {
       count(path)
       isCounted = true
       try {
         return readFileSync(path, ...rest)
       } finally {
         isCounted = false
       }
     }
     fs.openSync = (path, ...rest) => {
       if (!isCounted) count(path)
       return openSync(path, ...rest)
     }`,
  )
  const outcome = await box.run(args, {
    env: preload(`${box.home}/count.cjs`),
  })
  expect(outcome.code, outcome.stderr).toBe(0)
  const names = existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []
  const count = (name: string): number => names.filter((each) => each === name).length
  return { config: count('config'), credentials: count('credentials') }
}

describe('reads of the AWS files', () => {
  it('are at most three of each in a first login, which saves the serial number and copies settings', async () => {
    const box = await sandbox()
    box.freshStep()
    expect(await countReads(box, ['-p', 'work', '--token-code', box.code()])).toEqual({
      config: 3,
      credentials: 2,
    })
    expect(box.read('config')).toContain(`mfa_serial = ${box.device.serialNumber}`)
    expect(box.read('config')).toContain('[profile work-mfa]\nregion = eu-west-1')
    box.device.usedSteps.clear()
    expect(await countReads(box, ['-p', 'work', '--force', '--token-code', box.code(1)])).toEqual({
      config: 1,
      credentials: 1,
    })
  })

  it('are one of each where there is a session, and where it is removed', async () => {
    const box = await sandbox()
    box.freshStep()
    expect((await box.run(['-p', 'work', '--token-code', box.code()])).code).toBe(0)
    const once = { config: 1, credentials: 1 }
    expect(await countReads(box, ['-p', 'work'])).toEqual(once)
    expect(await countReads(box, ['use', 'work', '--shell', 'bash'])).toEqual(once)
    expect(await countReads(box, ['env', '-p', 'work'])).toEqual(once)
    expect(await countReads(box, ['exec', '-p', 'work', '--', ...NOTHING])).toEqual(once)
    expect(await countReads(box, ['exec', '-p', 'work', '--server', '--', ...NOTHING])).toEqual(
      once,
    )
    expect(await countReads(box, ['status'])).toEqual(once)
    expect(await countReads(box, ['logout', '-p', 'work'])).toEqual(once)
  })
})
