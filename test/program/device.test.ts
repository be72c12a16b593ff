import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { cacheFiles } from '../support/encrypted.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/bob'

async function newcomer(): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  return sandbox(createAccount({ users: [createUser('bob', { policies })] }))
}

it('device list reports that there is no device, and marks security keys', async () => {
  const box = await newcomer()
  const none = await box.run(['device', 'list', '--profile', 'work'])
  const next = 'mfa-login device enroll --profile work'
  expect(none.stderr).toBe(`This user has no MFA device. Next: ${next}\n`)
  const serial = 'arn:aws:iam::123456789012:u2f/user/bob/key'
  box.user.devices.push(createVirtualDevice(serial, { kind: 'fido' }))
  const { stdout } = await box.run(['device', 'list', '--json', '--profile', 'work'])
  expect(JSON.parse(stdout)).toEqual({ devices: [{ serialNumber: serial, worksWithSts: false }] })
})

const REMOVE = ['device', 'remove', '--profile', 'work']

it('device remove asks, then removes the device with an MFA session', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL), createVirtualDevice(`${SERIAL}-old`))
  box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n`)
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  const command = [process.execPath, PROGRAM, ...REMOVE, '--serial', `${SERIAL}-old`].join(' ')
  const no = box.terminal(command)
  await no.answer('Remove', 'n')
  expect(await no.exit).toBe(130)
  expect(box.user.devices).toHaveLength(2)
  const yes = await box.run([...REMOVE, '--serial', `${SERIAL}-old`, '--yes'])
  expect(yes).toMatchObject({ code: 0, stdout: '', stderr: `Removed: ${SERIAL}-old\n` })
  expect(box.user.devices.map(({ serialNumber }) => serialNumber)).toEqual([SERIAL])
  expect(box.aws.account.unassignedDevices).toEqual([])
  expect(box.read('config')).toContain('mfa_serial')
  expect((await box.run([...REMOVE, '--serial', SERIAL, '--yes'])).code).toBe(0)
  expect(box.user.devices).toEqual([])
  expect(box.read('config')).not.toContain('mfa_serial')
})

it('device remove says if the policy does not allow deleting the device', async () => {
  const box = await newcomer()
  box.user.policies.pop()
  const [gate] = box.user.policies
  gate!.document.Statement = gate!.document.Statement.filter(
    ({ Sid }) => Sid !== 'AllowDeletingWithMfa',
  )
  box.user.devices.push(createVirtualDevice(SERIAL))
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  const { code, stderr } = await box.run([...REMOVE, '--serial', SERIAL, '--yes'])
  expect(stderr).toContain('it stays in the account, unused')
  expect(code).toBe(0)
  expect(box.user.devices).toEqual([])
})

it('device remove also removes the serial number if it gets the profile that a login wrote', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL))
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}`)
  const args = ['device', 'remove', '--profile', 'work-mfa', '--serial', SERIAL, '--yes']
  expect((await box.run(args)).code).toBe(0)
  expect(box.read('config')).not.toContain('mfa_serial')
})

it('device remove handles a lost answer and resumes an interrupted removal', async () => {
  const box = await newcomer()
  const old = `${SERIAL}-old`
  box.user.devices.push(createVirtualDevice(SERIAL), createVirtualDevice(old))
  box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n`)
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  box.aws.faults.next.push({ kind: 'dropAfter', action: 'DeactivateMFADevice' })
  expect(await box.run([...REMOVE, '--serial', old, '--yes'])).toMatchObject({
    code: 0,
    stderr: `Removed: ${old}\n`,
  })
  box.aws.account.unassignedDevices.push(createVirtualDevice(old))
  expect((await box.run([...REMOVE, '--serial', old, '--yes'])).code).toBe(0)
  expect(box.aws.account.unassignedDevices).toEqual([])
  box.user.devices.push(createVirtualDevice(old))
  box.aws.faults.next.push({ kind: 'dropBefore', action: 'DeactivateMFADevice' })
  const failed = await box.run([...REMOVE, '--serial', old, '--yes'])
  expect(failed.code).toBe(5)
  expect(failed.stderr).toContain(`Try: mfa-login device remove --profile work --serial ${old}`)
  expect(failed.stderr).not.toContain('code may be spent')
})

/** With three devices and a living session of the first. */
async function userOfThree(): Promise<Sandbox> {
  const box = await newcomer()
  const serials = [SERIAL, `${SERIAL}-old`, `${SERIAL}-phone`]
  box.user.devices.push(...serials.map((serial) => createVirtualDevice(serial)))
  const login = ['--profile', 'work', '--serial', SERIAL, '--token-code', box.code()]
  expect((await box.run(login)).code).toBe(0)
  return box
}

const serialsOf = (box: Sandbox): string[] =>
  box.user.devices.map(({ serialNumber }) => serialNumber)

it('device remove offers the devices, and asks for no code while a session lives', async () => {
  const box = await userOfThree()
  const run = box.terminal([process.execPath, PROGRAM, ...REMOVE].join(' '))
  await run.answer('Which device do you want to remove?', '\u001B[B\r')
  await run.answer(`Remove ${SERIAL}-old?`, 'y\r')
  expect(await run.exit).toBe(0)
  expect(run.screen).toContain(`Removed: ${SERIAL}-old`)
  expect(run.screen).not.toContain('MFA code')
  expect(serialsOf(box)).toEqual([SERIAL, `${SERIAL}-phone`])
  expect(box.calls()).toEqual(['OK'])
})

it('device remove uses a living session of another device and of another length', async () => {
  const box = await userOfThree()
  box.write(
    'config',
    `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}-phone\nduration_seconds = 3600\n`,
  )
  expect((await box.run([...REMOVE, '--serial', 'bob-phone', '--yes'])).code).toBe(0)
  expect(serialsOf(box)).toEqual([SERIAL, `${SERIAL}-old`])
  expect(box.read('config')).not.toContain('mfa_serial')
  expect((await box.run([...REMOVE, '--serial', 'bob', '--yes'])).code).toBe(0)
  // The session of a device that is gone lives on.
  expect((await box.run([...REMOVE, '--serial', 'bob-old', '--yes'])).code).toBe(0)
  expect(serialsOf(box)).toEqual([])
  expect(box.calls()).toEqual(['OK'])
})

it('device remove asks for a code of mfa_serial where the living session of another device cannot be decrypted', async () => {
  const box = await userOfThree()
  box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}-phone\n`)
  const [path = ''] = cacheFiles(box)
  const { secretAccessKey, sessionToken, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as {
    secretAccessKey: string
    sessionToken: string
  }
  expect([secretAccessKey, sessionToken]).not.toContain(undefined)
  const encrypted = { ...rest, version: 2, encryption: 'aes-256-gcm', sealed: 'AAAA' }
  writeFileSync(path, JSON.stringify(encrypted))
  const words = [...REMOVE, '--serial', 'bob-old', '--yes']
  const run = box.terminal([process.execPath, PROGRAM, ...words].join(' '))
  await run.answer('MFA code', `${codeAt(box.user.devices[2]!, box.now() + 30_000)}\r`)
  expect(await run.exit, run.screen).toBe(0)
  expect(run.screen).toContain('is ignored:')
  const serials = box.aws.requests
    .filter(({ action }) => action === 'GetSessionToken')
    .map(({ params }) => params.SerialNumber)
  expect(serials).toEqual([SERIAL, `${SERIAL}-phone`])
  expect(serialsOf(box)).toEqual([SERIAL, `${SERIAL}-phone`])
})

it('device remove takes a name, unless several devices have it', async () => {
  const box = await userOfThree()
  const twin = 'arn:aws:iam::123456789012:mfa/team/bob-old'
  box.user.devices.push(createVirtualDevice(twin))
  const both = await box.run([...REMOVE, '--serial', 'bob-old', '--yes'])
  expect(both.stderr).toContain(`There are several devices bob-old: ${SERIAL}-old, ${twin}.`)
  expect(both.code).toBe(2)
  expect((await box.run([...REMOVE, '--serial', twin, '--yes'])).code).toBe(0)
  expect(serialsOf(box)).not.toContain(twin)
  const none = await box.run([...REMOVE, '--serial', 'nobody', '--yes'])
  expect(none.stderr).toContain('This user has no device nobody. Try: mfa-login device list')
  expect(none.code).toBe(4)
})

it('device remove says so where there is no device to choose', async () => {
  const box = await newcomer()
  const run = box.terminal([process.execPath, PROGRAM, ...REMOVE].join(' '))
  expect(await run.exit).toBe(4)
  expect(run.screen).toContain('This user has no MFA device.')
})

it('device list names the next command where there is no device', async () => {
  const box = await newcomer()
  const { stderr } = await box.run(['device', 'list', '--profile', 'work'])
  expect(stderr).toBe('This user has no MFA device. Next: mfa-login device enroll --profile work\n')
})

it('device remove explains why it cannot remove a device', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL))
  const args = [...REMOVE, '--serial', `${SERIAL}-nobody`, '--yes']
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(`This user has no device ${SERIAL}-nobody.`)
  expect(code).toBe(4)
})

test.each<[string[], number, string]>([
  [REMOVE, 2, 'Which device?'],
  [[...REMOVE, '--serial', '\u001B[31mx', '--yes'], 2, 'is not a serial number'],
  [['device'], 2, 'Usage: mfa-login device COMMAND'],
])('%j exits with %s: %s', async (args, exit, words) => {
  const box = await newcomer()
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(words)
  expect(code).toBe(exit)
})
