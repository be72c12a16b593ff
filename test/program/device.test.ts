import { expect, it, test } from 'vitest'
import { createAccount, createUser, createVirtualDevice } from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
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
  expect(none.stderr).toContain('mfa-login device enroll --profile work')
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
  expect(stderr).toContain('it stays behind, unused')
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
