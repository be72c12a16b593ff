import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAccessKey, type AccessKey } from '../../src/local-aws/index.ts'
import {
  codesGiven,
  expectAsBefore,
  expectRotated,
  expectWorkingKey,
  journals,
  keyIn,
  withCodes,
} from '../support/rotation.ts'
import { PROGRAM, type Sandbox } from '../support/sandbox.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'

const ROTATE = ['keys', 'rotate', '--profile', 'work', '--yes']
const UNKNOWN = { refuse: 'InvalidClientTokenId', status: 403 }
const DENIED = { refuse: 'AccessDenied', status: 403, message: 'Not you.' }

async function rotate(box: Sandbox, ...more: string[]) {
  const old = box.key
  const outcome = await box.run([...ROTATE, ...more])
  expect(outcome.code, outcome.stderr).toBe(0)
  expect(outcome.stdout).toBe('')
  for (const { secretAccessKey } of [old, ...box.user.keys]) {
    expect(outcome.stderr).not.toContain(secretAccessKey)
  }
  return { old, ...outcome }
}

it('keys rotate replaces the key and its sessions, with MFA from beginning to end', async () => {
  const box = await withCodes()
  expect((await box.run(['--profile', 'work'])).code).toBe(0)
  const session = keyIn(box, 'work-mfa')
  const { old } = await rotate(box)
  expectRotated(box, old)
  expect(codesGiven(box)).toBe(2)
  expect(keyIn(box, 'work-mfa').accessKeyId).toMatch(/^ASIA/)
  expect(keyIn(box, 'work-mfa')).not.toEqual(session)
  const created = box.aws.requests.findIndex(({ action }) => action === 'CreateAccessKey')
  const verified = box.aws.requests.filter(
    ({ action, accessKeyId }) =>
      action === 'GetSessionToken' && accessKeyId === box.key.accessKeyId,
  )
  expect(verified.map(({ outcome }) => outcome)).toEqual(['OK'])
  const gone = box.aws.requests.findIndex(({ action }) => action === 'UpdateAccessKey')
  expect(box.aws.requests.indexOf(verified[0]!)).toBeGreaterThan(created)
  expect(gone).toBeGreaterThan(box.aws.requests.indexOf(verified[0]!))
  const used = await box.run(['status', '--profile', 'work'])
  expect(used.code).toBe(0)
})

it('keys rotate asks first, and keeps the old key with --keep-old', async () => {
  const box = await withCodes()
  const command = [process.execPath, PROGRAM, ...ROTATE.slice(0, -1), '--keep-old'].join(' ')
  const no = box.terminal(command)
  await no.answer('Replace the access key', 'n')
  expect(await no.exit).toBe(130)
  expect(box.calls('CreateAccessKey')).toEqual([])
  const old = box.key
  const yes = box.terminal(command)
  await yes.answer('will be deactivated', 'y')
  expect(await yes.exit, yes.screen).toBe(0)
  expect(box.user.keys).toHaveLength(2)
  expect(old.status).toBe('Inactive')
  expectWorkingKey(box)
  expect(keyIn(box).accessKeyId).not.toBe(old.accessKeyId)
})

it('keys rotate replaces the key in every section', async () => {
  const box = await withCodes()
  const other = '[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n'
  box.write('credentials', `# mine\n${box.keysSection()}\n${box.keysSection('same')}\n${other}`)
  box.write('config', `${box.read('config')}\n${box.keysSection('profile third')}`)
  const { old, stderr } = await rotate(box)
  expectRotated(box, old)
  expect(keyIn(box, 'same')).toEqual(keyIn(box))
  expect(box.read('config')).toContain(box.key.secretAccessKey)
  expect(`${box.read('config')}${box.read('credentials')}`).not.toContain(old.accessKeyId)
  expect(box.read('credentials')).toContain(other)
  for (const section of ['[work]', '[same]', '[third]']) expect(stderr).toContain(section)
})

it('keys rotate waits until AWS knows the new key and its session', async () => {
  const box = await withCodes()
  await box.run(['--profile', 'work'])
  box.aws.faults.next.push({ kind: UNKNOWN, action: 'GetCallerIdentity', times: 2 })
  box.aws.faults.next.push({ kind: 'throttle', action: 'UpdateAccessKey' })
  const { old } = await rotate(box)
  expectRotated(box, old)
})

it('keys rotate does not send the code of the old key’s session again with the new key', async () => {
  const box = await withCodes()
  const old = box.key
  box.write('config', box.read('config').replace(/mfa_process.*\n/, ''))
  box.freshStep(15_000)
  const run = box.terminal([process.execPath, PROGRAM, ...ROTATE].join(' '))
  const code = box.code()
  await run.answer('MFA code for work', `${code}\r`)
  const afterwards = (): string => run.screen.split('checking that it works')[1] ?? ''
  await expect.poll(afterwards, { timeout: 40_000 }).toContain('MFA code for work')
  // Until the question reads the terminal.
  await new Promise((resolve) => setTimeout(resolve, 250))
  run.type(`${code}\r`)
  await run.answer('That code has been used', '\u0003')
  expect(await run.exit).toBe(130)
  expect(box.calls()).toEqual(['OK'])
  expectAsBefore(box, old)
})

describe('keys rotate for a user with two keys', () => {
  it.each([
    ['Active', 'update-access-key --status Inactive'],
    ['Inactive', 'delete-access-key'],
  ] as const)(
    'names the other key, which is %s, and the command that makes room',
    async (status, action) => {
      const box = await withCodes()
      const other = createAccessKey({ status })
      box.user.keys.push(other)
      const { code, stderr } = await box.run(ROTATE)
      expect(code).toBe(4)
      expect(stderr).toContain(`…${other.accessKeyId.slice(-4)}, is ${status.toLowerCase()}`)
      expect(stderr).toContain('was never used')
      expect(stderr).toContain(`-- aws iam ${action} --access-key-id ${other.accessKeyId}`)
      expect(box.user.keys).toHaveLength(2)
      expect(journals(box)).toEqual([])
    },
  )

  it('offers to delete an inactive key', async () => {
    const box = await withCodes()
    const old = box.key
    box.user.keys.push(createAccessKey({ status: 'Inactive' }))
    const run = box.terminal([process.execPath, PROGRAM, ...ROTATE.slice(0, -1)].join(' '))
    await run.answer('Replace the access key', 'y')
    await run.answer('Delete it?', 'y')
    expect(await run.exit, run.screen).toBe(0)
    expectRotated(box, old)
  })
})

describe('keys rotate goes back to the old key', () => {
  it.each([
    ['AWS refuses to create a new key', 'CreateAccessKey', DENIED, 4],
    ['the response with the new key is lost', 'CreateAccessKey', 'dropAfter', 5],
    ['the request for the new key is lost', 'CreateAccessKey', 'dropBefore', 5],
    ['AWS refuses the new key', 'GetCallerIdentity', DENIED, 4],
  ] as const)('if %s', async (_, action, kind, exit) => {
    const box = await withCodes()
    const old = box.key
    box.aws.faults.next.push({ kind, action })
    const { code, stderr } = await box.run(ROTATE)
    expect(code, stderr).toBe(exit)
    if (kind === 'dropBefore') {
      // A key may still appear, so the journal stays and the next run looks again.
      expect(journals(box)).toHaveLength(1)
      expect(box.user.keys).toEqual([old])
      await rotate(box)
      expectRotated(box, old)
      return
    }
    expectAsBefore(box, old)
  })

  it('if the new key gets no session with MFA', async () => {
    const box = await withCodes()
    await box.run(['--profile', 'work'])
    const old = box.key
    box.aws.faults.next.push({ kind: DENIED, action: 'GetSessionToken' })
    const { code, stderr } = await box.run(ROTATE)
    expect(code).toBe(4)
    expect(stderr).toContain('was deleted again, and the old one stays in use')
    expectAsBefore(box, old)
  })

  it('if the person cancels', async () => {
    const box = await withCodes()
    await box.run(['--profile', 'work'])
    const old = box.key
    box.write('config', box.read('config').replace(/mfa_process.*\n/, ''))
    const run = box.terminal([process.execPath, PROGRAM, ...ROTATE].join(' '))
    await run.answer('MFA code for work', '\u0003')
    expect(await run.exit).toBe(130)
    expectAsBefore(box, old)
  })

  it('in both files if one of them cannot be written', async () => {
    const box = await withCodes()
    const config = `${box.home}/${'c'.repeat(245)}`
    writeFileSync(config, `${box.read('config')}${box.keysSection('profile third')}`)
    const old = box.key
    const before = box.read('credentials')
    // The file can be read, but the names of its lock and temporary file are too long.
    const { code, stderr } = await box.run(ROTATE, { env: { AWS_CONFIG_FILE: config } })
    // Windows finds no file of such a name.
    expect(stderr).toContain(process.platform === 'win32' ? 'ENOENT' : 'ENAMETOOLONG')
    expect(code).toBe(3)
    expect(box.read('credentials')).toBe(before)
    expectAsBefore(box, old)
  })
})

it('keys rotate resumes with the new key once it is stored', async () => {
  const box = await withCodes()
  const old = box.key
  box.aws.faults.next.push({ kind: DENIED, action: 'UpdateAccessKey' })
  const failed = await box.run(ROTATE)
  expect(failed.code).toBe(4)
  expect(failed.stderr).toContain('The new key is in use; the old one')
  expect(box.user.keys).toHaveLength(2)
  expectWorkingKey(box)
  const text = box.read(`mfa-login/rotations/${journals(box)[0]!}`)
  expect(text).not.toContain(keyIn(box).secretAccessKey)
  await box.run(ROTATE)
  expectRotated(box, old)
  expect(box.calls('CreateAccessKey')).toHaveLength(1)
})

it('keys rotate does not delete a key that someone else created meanwhile', async () => {
  const box = await withCodes()
  box.aws.faults.next.push({ kind: 'dropBefore', action: 'CreateAccessKey' })
  await box.run(ROTATE)
  const theirs = createAccessKey({ createdAt: Date.now() + 3_600_000 })
  box.user.keys.push(theirs)
  const { code } = await box.run(ROTATE)
  expect(code).toBe(4)
  expect(box.user.keys).toContain(theirs)
})

it('keys rotate creates no key for a user whose device was removed after the login', async () => {
  const box = await withCodes()
  expect((await box.run(['--profile', 'work'])).code).toBe(0)
  box.user.devices.splice(0)
  const { code, stderr } = await box.run(ROTATE)
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: 'mfa-login: This user has no MFA device. Try: mfa-login device enroll --profile work\n',
  })
  expect(box.calls('CreateAccessKey')).toEqual([])
})

it('keys rotate refuses keys of the environment', async () => {
  const box = await withCodes()
  const { accessKeyId, secretAccessKey } = box.key
  box.write('credentials', '')
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const { code, stderr } = await box.run(ROTATE, { env })
  expect(stderr).toContain('in the environment')
  expect(code).toBe(3)
})

describe.skipIf(!hasKeyring)('keys rotate with a Secret Service', () => {
  it('keeps the new secret out of every file', async () => {
    const box = await withCodes()
    await startKeyring(box)
    await box.run(['keys', 'store', '--profile', 'work'])
    const { old } = await rotate(box)
    expect(box.user.keys).toHaveLength(1)
    expect(box.read('credentials')).toContain(`mfa_login_access_key_id = ${box.key.accessKeyId}`)
    expect(box.read('credentials')).not.toContain(box.key.secretAccessKey)
    await expectLogin(box)
    box.write('credentials', `[work]\nmfa_login_access_key_id = ${old.accessKeyId}\n`)
    const { stderr } = await box.run(['device', 'list', '--profile', 'work'])
    expect(stderr).toContain('but it does not')
  })

  it('removes unencrypted sessions of the old key if sessions are to be encrypted', async () => {
    const box = await withCodes()
    await startKeyring(box)
    expect((await box.run(['--profile', 'work'])).code).toBe(0)
    expect(keyIn(box, 'work-mfa').accessKeyId).toMatch(/^ASIA/)
    box.env.MFA_LOGIN_CACHE_ENCRYPTION = 'keyring'
    const { old } = await rotate(box)
    expectRotated(box, old)
    expect(box.read('credentials')).not.toContain('ASIA')
    const served = await box.run(['credential-process', '--profile', 'work'])
    expect(served.stdout).toContain('SessionToken')
    expect(codesGiven(box)).toBe(2)
  })

  it('writes no secret to a file that was left with the old key when the new one is in the keyring', async () => {
    const box = await withCodes()
    await startKeyring(box)
    const config = `${box.read('config')}\n${box.keysSection('profile third')}`
    box.write('config', config)
    box.aws.faults.next.push({ kind: DENIED, action: 'UpdateAccessKey' })
    expect((await box.run(ROTATE)).code).toBe(4)
    const { accessKeyId, secretAccessKey } = keyIn(box)
    // As if the process had died after it wrote the first of the two files.
    const [name] = journals(box)
    const journal = JSON.parse(box.read(`mfa-login/rotations/${name!}`)) as object
    const noted = { ...journal, isStored: false, newSecret: secretAccessKey }
    box.write(`mfa-login/rotations/${name!}`, JSON.stringify(noted))
    box.write('config', config)
    expect((await box.run(['keys', 'store', '--profile', 'work'])).code).toBe(0)
    const { code, stderr } = await box.run(ROTATE)
    expect(code, stderr).toBe(0)
    expect(box.read('config')).toContain(
      `[profile third]\nmfa_login_access_key_id = ${accessKeyId!}\n`,
    )
    expect(box.read('config') + box.read('credentials')).not.toContain(secretAccessKey)
    expect(box.user.keys.map((key) => key.accessKeyId)).toEqual([accessKeyId])
  })

  it('resumes with a new key that only the keyring has', async () => {
    const box = await withCodes()
    await startKeyring(box)
    await box.run(['keys', 'store', '--profile', 'work'])
    const old: AccessKey = box.key
    box.aws.faults.next.push({ kind: { slowMs: 60_000 }, action: 'GetCallerIdentity' })
    const child = box.start(ROTATE)
    while (box.calls('CreateAccessKey').length === 0 || journals(box).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
    child.kill('SIGKILL')
    const [name] = journals(box)
    const { newKeyId, ...noted } = JSON.parse(box.read(`mfa-login/rotations/${name!}`)) as {
      newKeyId?: string
    }
    expect(newKeyId).toBe(box.user.keys[1]!.accessKeyId)
    expect(noted).not.toHaveProperty('newSecret')
    // As if the process had died before it recorded AWS's response.
    box.write(`mfa-login/rotations/${name!}`, JSON.stringify(noted))
    await rotate(box)
    expect(box.user.keys.map(({ accessKeyId }) => accessKeyId)).toEqual([newKeyId])
    expect(old.accessKeyId).not.toBe(newKeyId)
    await expectLogin(box)
  })
})

async function expectLogin(box: Sandbox): Promise<void> {
  const { code, stderr } = await box.run(['login', '--profile', 'work', '--force'])
  expect(code, stderr).toBe(0)
}
