/** What `--json` prints of the commands that change something. */
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { boxWithRoles } from '../support/roles.ts'
import { keyIn, withCodes } from '../support/rotation.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'

const ACCOUNT = '123456789012'
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/bob`

async function jsonOf(box: Sandbox, words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await box.run([...words, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

it('is an option of every command that reports', async () => {
  const lacking: string[] = []
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { options } = (await load()).default
    if (!Object.hasOwn(options, 'json')) lacking.push(name)
  }
  const printsCode = ['env', 'use', 'shell-init', 'prompt']
  const printsJson = ['credential-process', 'policy show']
  const shows = ['exec', 'demo', 'demo code']
  expect(lacking.sort()).toEqual([...printsCode, ...printsJson, ...shows].sort())
})

describe('--json of', () => {
  it('setup, a dry run of it, and its undo', async () => {
    const box = await sandbox()
    const setup = ['setup', 'work', '--yes']
    const is = { profile: 'work', mode: 'credential-process', isUndone: false }
    expect(await jsonOf(box, [...setup, '--dry-run'])).toEqual({ ...is, isChanged: false })
    expect(await jsonOf(box, setup)).toEqual({ ...is, isChanged: true })
    const undone = { ...is, isChanged: true, isUndone: true }
    expect(await jsonOf(box, [...setup, '--undo'])).toEqual(undone)
  })

  it('import', async () => {
    const box = await sandbox()
    const nothing = { findings: [], isChanged: false }
    expect(await jsonOf(box, ['import'])).toEqual(nothing)
    box.write('config', '[profile work]\nmfa_serial = x\n[profile a]\ninclude_profile = work\n')
    const found = await jsonOf(box, ['import', '--yes'])
    expect(found).toMatchObject({
      findings: [
        {
          tool: 'aws-vault',
          profile: 'a',
          message: expect.stringContaining('mfa_serial') as string,
        },
        { tool: 'aws-vault', profile: 'a', next: expect.stringContaining('aws-vault') as string },
      ],
      isChanged: true,
    })
  })

  it('logout', async () => {
    const box = await sandbox()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const sessions = [{ profile: 'work-mfa', source: 'work' }]
    const gone = { sessions, backups: [], elsewhere: [] }
    expect(await jsonOf(box, ['logout', 'work'])).toEqual(gone)
    expect(await jsonOf(box, ['logout', 'work'])).toEqual({ ...gone, sessions: [] })
  })

  it('console', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    expect(await jsonOf(box, ['console', 'admin', '--print'])).toEqual({
      role: expect.stringMatching(/:role\//) as string,
      expiration: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      url: expect.stringContaining('SigninToken=') as string,
    })
  })

  it('device enroll, with nothing but JSON on stdout and no login', async () => {
    const policies = [{ name: 'everything', document: allowAllPolicy() }]
    const box = await sandbox(createAccount({ users: [createUser('bob', { policies })] }))
    box.freshStep(12_000)
    const out = box.path('out')
    const enroll = `${process.execPath} ${PROGRAM} device enroll work --json > ${out}`
    const run = box.terminal(enroll)
    await run.waitFor('The code it shows')
    const [, secret = ''] = /type the seed:\s+([A-Z2-7 ]{64,})/.exec(run.screen) ?? []
    const device = createVirtualDevice(SERIAL, { seed: secret.replaceAll(' ', '') })
    const code = (step: number): string => codeAt(device, box.now() + step * 30_000)
    await run.answer('The code it shows', `${code(-1)}\r`)
    await run.answer('The next code', `${code(0)}\r`)
    expect(await run.exit).toBe(0)
    expect(JSON.parse(box.read('out'))).toEqual({ profile: 'work', serialNumber: SERIAL })
    expect(run.screen).not.toContain('Log in now?')
  })

  it('device remove', async () => {
    const policies = [{ name: 'everything', document: allowAllPolicy() }]
    const devices = [createVirtualDevice(SERIAL), createVirtualDevice(`${SERIAL}-old`)]
    const box = await sandbox(createAccount({ users: [createUser('bob', { policies, devices })] }))
    box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n`)
    expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
    const remove = ['device', 'remove', 'work', '--serial', `${SERIAL}-old`, '--yes']
    const serialNumber = `${SERIAL}-old`
    expect(await jsonOf(box, remove)).toEqual({ profile: 'work', serialNumber, isDeleted: true })
  })

  it('device resync', async () => {
    const box = await sandbox()
    box.freshStep(12_000)
    const out = box.path('out')
    const run = box.terminal(`${process.execPath} ${PROGRAM} device resync work --json > ${out}`)
    await run.answer('The code it shows', `${box.code(-1)}\r`)
    await run.answer('The next code', `${box.code()}\r`)
    expect(await run.exit).toBe(0)
    const { serialNumber } = box.device
    expect(JSON.parse(box.read('out'))).toEqual({ profile: 'work', serialNumber })
  })

  it('keys rotate', async () => {
    const box = await withCodes()
    const { accessKeyId: oldAccessKeyId } = box.key
    const rotated = await jsonOf(box, ['keys', 'rotate', 'work', '--yes'])
    const { accessKeyId } = keyIn(box)
    expect(accessKeyId).not.toBe(oldAccessKeyId)
    expect(rotated).toEqual({ profile: 'work', oldAccessKeyId, accessKeyId })
  })

  it.skipIf(!hasKeyring)('keys store and its restore', async () => {
    const box = await sandbox()
    await startKeyring(box)
    const { accessKeyId } = box.key
    const is = { profile: 'work', accessKeyId }
    expect(await jsonOf(box, ['keys', 'store', 'work'])).toEqual({ ...is, place: 'keyring' })
    const restored = await jsonOf(box, ['keys', 'store', 'work', '--restore'])
    expect(restored).toEqual({ ...is, place: 'file' })
  })

  it('keys remove', async () => {
    const box = await sandbox()
    const { accessKeyId } = box.key
    const removed = await jsonOf(box, ['keys', 'remove', 'work', '--yes'])
    expect(removed).toEqual({ accessKeyId, backups: [] })
  })

  it('policy apply, and of a run that has nothing to do', async () => {
    const policies = [{ name: 'everything', document: allowAllPolicy() }]
    const users = [createUser('admin', { policies }), createUser('bob')]
    const box = await sandbox(createAccount({ users }))
    const apply = ['policy', 'apply', 'work', '--user', 'bob', '--yes']
    const plan = {
      account: ACCOUNT,
      policy: `arn:aws:iam::${ACCOUNT}:policy/mfa_mandatory`,
      style: 'strict',
      principal: { kind: 'user', name: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` },
      users: ['bob'],
      usersWithoutDevice: ['bob'],
      usersToSetPassword: [],
      exceptions: [],
      exceptedUsers: [],
      exceptedUsersWithoutDevice: [],
      otherMfaDenies: [],
      diff: [],
      sharedWith: [],
      exceptionChanges: [],
      noLongerExcepted: [],
      locksCallerOut: false,
      steps: [
        { kind: 'create-policy', what: 'create the managed policy mfa_mandatory (strict)' },
        { kind: 'attach-policy', what: 'attach mfa_mandatory to the user bob' },
      ],
    }
    expect(await jsonOf(box, [...apply, '--dry-run'])).toEqual({ ...plan, isApplied: false })
    expect(await jsonOf(box, apply)).toEqual({ ...plan, isApplied: true })
    expect(await jsonOf(box, apply)).toMatchObject({ steps: [], isApplied: false })
  })
})
