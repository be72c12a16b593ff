/** What other processes change while a command asks or waits never costs a key, and no old plan is carried out. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { withLock } from '../../src/platform/files/lock.ts'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { expectRotated, keyIn, withCodes } from '../support/rotation.ts'
import { PROGRAM, outcomeOf, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'

const WORK = ['--profile', 'work']
const SETUP = ['setup', ...WORK]
const ASKS = 'Make this change?'
const SESSION = 'aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n'
const MEANWHILE = 'Nothing was changed yet: another program changed'

function inTerminal(box: Sandbox, args: readonly string[]): TerminalRun {
  return box.terminal([process.execPath, PROGRAM, ...args].join(' '))
}

async function ok(box: Sandbox, args: readonly string[]): Promise<string> {
  const { code, stderr } = await box.run(args)
  expect(code, stderr).toBe(0)
  return stderr
}

/** Every file of `.aws` with this text. */
function filesWith(box: Sandbox, text: string): string[] {
  return readdirSync(box.path('.'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8').includes(text))
    .map(({ name }) => name)
}

describe('a change that another process overtakes while it asks', () => {
  it('setup writes the key that keys rotate made meanwhile, after it has asked again', async () => {
    const box = await withCodes()
    const old = box.key
    const setup = inTerminal(box, SETUP)
    await setup.waitFor(ASKS)
    await ok(box, ['keys', 'rotate', ...WORK, '--yes'])
    await setup.answer(ASKS, 'y')
    await setup.answer(ASKS, 'y', 2)
    expect(await setup.exit, setup.screen).toBe(0)
    expect(setup.screen).toContain(`${MEANWHILE} [work] of ${box.path('credentials')} meanwhile.`)
    expect(box.user.keys).toHaveLength(1)
    expect(keyIn(box, 'work-long-term')).toMatchObject({
      accessKeyId: box.key.accessKeyId,
      secretAccessKey: box.key.secretAccessKey,
    })
    expect(box.read('credentials')).not.toContain(old.secretAccessKey)
  })

  it('keys remove asks about the key that keys rotate made meanwhile, and no keeps it', async () => {
    const box = await withCodes()
    const old = box.key
    const remove = inTerminal(box, ['keys', 'remove', ...WORK])
    await remove.waitFor(`Remove the keys …${old.accessKeyId.slice(-4)}`)
    await ok(box, ['keys', 'rotate', ...WORK, '--yes'])
    await remove.answer('Remove the keys', 'y')
    await remove.answer(`Remove the keys …${box.key.accessKeyId.slice(-4)}`, 'n')
    expect(await remove.exit, remove.screen).toBe(130)
    expectRotated(box, old)
  })

  it.skipIf(!hasKeyring)(
    'setup leaves in the keyring what keys store moved there meanwhile, and out of files and backups',
    async () => {
      const box = await sandbox()
      await startKeyring(box)
      const { accessKeyId, secretAccessKey } = box.key
      const setup = inTerminal(box, SETUP)
      await setup.waitFor(ASKS)
      await ok(box, ['keys', 'store', ...WORK])
      await setup.answer(ASKS, 'y')
      await setup.answer(ASKS, 'y', 2)
      expect(await setup.exit, setup.screen).toBe(0)
      expect(filesWith(box, secretAccessKey)).toEqual([])
      const marked = `[work-long-term]\nmfa_login_access_key_id = ${accessKeyId}\n`
      expect(box.read('credentials').trimStart()).toBe(marked)
      await ok(box, [...SETUP, '--undo', '--yes'])
      expect(filesWith(box, secretAccessKey)).toEqual([])
      await ok(box, ['login', ...WORK, '--token-code', box.code()])
    },
  )

  it('setup goes on without a second question if its plan is the same', async () => {
    const box = await sandbox()
    const setup = inTerminal(box, SETUP)
    await setup.waitFor(ASKS)
    box.write('config', `${box.read('config')}[profile other]\nregion = x\n`)
    await setup.answer(ASKS, 'y')
    expect(await setup.exit, setup.screen).toBe(0)
    expect(setup.screen).not.toContain(MEANWHILE)
    expect(box.read('config')).toContain('[profile other]\nregion = x\n')
  })

  it('setup says why nothing is left to do where the keys were removed meanwhile', async () => {
    const box = await sandbox()
    const setup = inTerminal(box, SETUP)
    await setup.waitFor(ASKS)
    await ok(box, ['keys', 'remove', ...WORK, '--yes'])
    await setup.answer(ASKS, 'y')
    expect(await setup.exit).toBe(3)
    expect(setup.screen).toContain('The profile work has no long-term keys')
    expect(filesWith(box, box.key.secretAccessKey)).toEqual([])
  })

  it('import asks again', async () => {
    const box = await sandbox()
    box.write('config', '[profile work]\ncredential_process = aws-vault export work\n')
    const run = inTerminal(box, ['import'])
    await run.waitFor(ASKS)
    const other = createAccessKey()
    box.user.keys.unshift(other)
    box.write('credentials', box.keysSection())
    await run.answer(ASKS, 'y')
    await run.answer(ASKS, 'y', 2)
    expect(await run.exit, run.screen).toBe(0)
    expect(keyIn(box, 'work-long-term').accessKeyId).toBe(other.accessKeyId)
  })
})

describe('a change that another process overtakes without a question', () => {
  /** Changes the credentials while a command waits for their lock. */
  async function overtaken(box: Sandbox, args: readonly string[], credentials: () => string) {
    const run = await withLock(`${box.path('credentials')}.mfa-login-lock`, async () => {
      const child = box.start([...args, '--debug'])
      const outcome = outcomeOf(child)
      let log = ''
      child.stderr.on('data', (text: string) => (log += text))
      await expect.poll(() => log).toContain(`locked ${box.path('config')}`)
      box.write('credentials', credentials())
      return { outcome }
    })
    return run.outcome
  }

  it('keys remove --yes removes no other key than the one it found', async () => {
    const box = await sandbox()
    const found = box.key
    const { code, stderr } = await overtaken(box, ['keys', 'remove', ...WORK, '--yes'], () => {
      box.user.keys.unshift(createAccessKey())
      return box.keysSection()
    })
    expect(box.key).not.toBe(found)
    expect(stderr).toContain(`this would now remove …${box.key.accessKeyId.slice(-4)}.`)
    expect(stderr).toContain('mfa-login keys remove --yes --profile work')
    expect(code).toBe(3)
    expect(box.read('credentials')).toBe(box.keysSection())
  })

  it('setup --yes moves the key that is there by then', async () => {
    const box = await sandbox()
    const { code, stderr } = await overtaken(box, [...SETUP, '--yes'], () => {
      box.user.keys.unshift(createAccessKey())
      return box.keysSection()
    })
    expect(code, stderr).toBe(0)
    expect(box.read('credentials').trim()).toBe(box.keysSection('work-long-term').trim())
  })

  it('login writes no session over keys that were moved to its target', async () => {
    const box = await sandbox()
    box.write('credentials', box.keysSection('work-long-term'))
    const login = ['login', ...WORK, '--token-code', box.code()]
    const { code, stderr } = await overtaken(box, login, () => box.keysSection())
    expect(code, stderr).toBe(0)
    expect(box.read('credentials')).toContain(box.keysSection())
    expect(keyIn(box, 'work-mfa').accessKeyId).toMatch(/^ASIA/)
  })

  it('login writes no session of a key that was replaced', async () => {
    const box = await sandbox()
    const login = ['login', ...WORK, '--token-code', box.code()]
    const { code, stderr } = await overtaken(box, login, () =>
      box.keysSection().replaceAll(box.key.accessKeyId, 'AKIAIOSFODNN7EXAMPLE'),
    )
    expect(stderr).toContain('Another program replaced the access key of the profile work')
    expect(code).toBe(3)
    expect(box.read('credentials')).not.toContain('aws_session_token')
  })

  it('logout takes no keys away that were moved to where a session was', async () => {
    const box = await sandbox()
    box.write('credentials', box.keysSection('work-long-term'))
    await ok(box, ['login', ...WORK, '--token-code', box.code()])
    const { code, stderr } = await overtaken(box, ['logout', ...WORK], () => box.keysSection())
    expect(code, stderr).toBe(0)
    expect(box.read('credentials')).toBe(box.keysSection())
  })

  it('keys rotate deletes its new key again where the old one was removed from the files', async () => {
    const box = await withCodes()
    await ok(box, ['login', ...WORK])
    const old = box.key
    const rotate = ['keys', 'rotate', ...WORK, '--yes']
    const { code, stderr } = await overtaken(box, rotate, () => '')
    expect(stderr).toContain('removed the key')
    expect(stderr).toContain('was deleted again')
    expect(code).toBe(3)
    expect(box.user.keys).toEqual([old])
  })
})

describe('setup --undo beside a session of another tool', () => {
  it('leaves the keys where they are, and says so', async () => {
    const box = await sandbox()
    await ok(box, [...SETUP, '--yes'])
    const keys = box.read('credentials').trimStart()
    box.write('credentials', `${keys}\n[work]\n${SESSION}`)
    const stderr = await ok(box, [...SETUP, '--undo', '--yes'])
    expect(stderr).toContain(
      'the long-term keys stay in [work-long-term], as [work] holds a session',
    )
    expect(box.read('credentials')).toBe(`${keys}\n[work]\n${SESSION}`)
    expect(box.read('config')).not.toContain('credential_process')
    await ok(box, ['login', ...WORK, '--token-code', box.code()])
  })

  it('leaves them too where the session is written while it asks', async () => {
    const box = await sandbox()
    await ok(box, [...SETUP, '--yes'])
    const undo = inTerminal(box, [...SETUP, '--undo'])
    await undo.waitFor(ASKS)
    const keys = box.read('credentials')
    box.write('credentials', `${keys}\n[work]\n${SESSION}`)
    await undo.answer(ASKS, 'y')
    await undo.answer(ASKS, 'y', 2)
    expect(await undo.exit, undo.screen).toBe(0)
    expect(box.read('credentials')).toBe(`${keys}\n[work]\n${SESSION}`)
  })
})

describe('long-term keys in both [work] and [work-long-term]', () => {
  const both = (box: Sandbox): string =>
    `${box.keysSection()}\n${box.keysSection('work-long-term')}`
  const sectionsWithKeys = (box: Sandbox): string[] => {
    const file = parseIni(box.read('credentials'))
    return ['work', 'work-long-term'].filter((name) =>
      profileKeys(file, 'credentials', name).has('aws_secret_access_key'),
    )
  }

  it.each([
    [
      ['login', ...WORK],
      ['work', 'work-long-term'],
    ],
    [[...SETUP, '--yes'], ['work-long-term']],
    [
      ['keys', 'rotate', ...WORK, '--yes'],
      ['work', 'work-long-term'],
    ],
    [
      ['status', ...WORK],
      ['work', 'work-long-term'],
    ],
    [['keys', 'remove', ...WORK, '--yes'], []],
  ])('are one key where they are the same: %j', async (args, after) => {
    const box = await withCodes()
    await ok(box, ['login', ...WORK])
    box.write('credentials', `${both(box)}\n${box.read('credentials').split('\n\n').at(-1)!}`)
    await ok(box, args)
    expect(sectionsWithKeys(box)).toEqual(after)
  })

  it('are completed to one by setup --undo', async () => {
    const box = await sandbox()
    await ok(box, [...SETUP, '--yes'])
    box.write('credentials', both(box))
    await ok(box, [...SETUP, '--undo', '--yes'])
    expect(sectionsWithKeys(box)).toEqual(['work'])
  })

  it('are refused where they differ, with the command that keeps one of them', async () => {
    const box = await sandbox()
    const other = createAccessKey()
    box.write(
      'credentials',
      `${box.keysSection()}\n[work-long-term]\naws_access_key_id = ${other.accessKeyId}\naws_secret_access_key = ${other.secretAccessKey}\n`,
    )
    const login = ['login', ...WORK, '--token-code', box.code()]
    const { code, stderr } = await box.run(login)
    expect(stderr).toContain('[work] and [work-long-term] hold two long-term keys')
    expect(code).toBe(3)
    expect(stderr).toContain('Try: mfa-login setup --profile work, which')
    await ok(box, [...SETUP, '--keep', 'work', '--yes'])
    expect(sectionsWithKeys(box)).toEqual(['work-long-term'])
    await ok(box, login)
  })
})
