import { expect, it, test } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/bob'
const ENROLL = ['device', 'enroll', '--profile', 'work']

async function newcomer(): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  return sandbox(createAccount({ users: [createUser('bob', { policies })] }))
}

function enrolling(box: Sandbox, ...more: string[]): TerminalRun {
  return box.terminal([process.execPath, PROGRAM, ...ENROLL, ...more].join(' '))
}

/** The code of the device on screen, as an app that took its secret would show it. */
function codeOn({ screen }: TerminalRun, step: number): string {
  const secret = /type the secret:\s+([A-Z2-7 ]{64,})/.exec(screen)?.[1] ?? ''
  const device = createVirtualDevice(SERIAL, { seed: secret.replaceAll(' ', '') })
  return codeAt(device, Date.now() + step * 30_000)
}

const breath = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250))

it('takes a new user from a bare key to a session', async () => {
  const box = await newcomer()
  await box.freshStep(8000)
  const run = enrolling(box)
  await run.waitFor('The code it shows')
  expect(run.screen).toContain('█')
  run.type(`${codeOn(run, 0)}\r`)
  await run.waitFor('The next code')
  await breath()
  run.type(`${codeOn(run, 0)}\r`)
  await run.waitFor('This is the first code again')
  run.type(`${'\u007F'.repeat(6)}${codeOn(run, 1)}\r`)
  await run.waitFor('Log in now?')
  await breath()
  run.type('y')
  await run.waitFor('MFA code for work')
  await breath()
  run.type(`${codeOn(run, -1)}\r`)
  expect(await run.exit).toBe(0)
  expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}`)
  expect(box.read('credentials')).toContain('[work-mfa]')
  const listed = await box.run(['device', 'list', '--profile', 'work'])
  expect(listed).toEqual({ code: 0, stdout: `${SERIAL}\n`, stderr: '' })
  expect(box.calls('CreateVirtualMFADevice')).toEqual(['OK'])
})

it('asks again for codes AWS refuses, and names a device that was left behind', async () => {
  const box = await newcomer()
  const run = enrolling(box)
  await run.waitFor('The code it shows')
  run.type('000001\r')
  await run.waitFor('The next code')
  await breath()
  run.type('000002\r')
  await run.waitFor('AWS refused these codes')
  await breath()
  run.type('\u0003')
  expect(await run.exit).toBe(130)
  const again = enrolling(box)
  expect(await again.exit).toBe(4)
  expect(again.screen).toContain('There is a device bob already')
  expect(again.screen).toContain('--name bob-2')
})

it('enrols a further device with an MFA session', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL))
  await box.freshStep(8000)
  const run = enrolling(box, '--name', 'bob-phone')
  await run.waitFor('MFA code for work')
  run.type(`${box.code()}\r`)
  await run.waitFor('The code it shows')
  await breath()
  run.type(`${codeOn(run, 0)}\r`)
  await run.waitFor('The next code')
  await breath()
  run.type(`${codeOn(run, 1)}\r`)
  await run.waitFor('Log in now?')
  await breath()
  run.type('n')
  expect(await run.exit).toBe(0)
  expect(box.user.devices.map(({ serialNumber }) => serialNumber)).toEqual([
    SERIAL,
    `${SERIAL}-phone`,
  ])
})

it('lists no device, and security keys as such', async () => {
  const box = await newcomer()
  const none = await box.run(['device', 'list', '--profile', 'work'])
  expect(none.stderr).toContain('mfa-login device enroll --profile work')
  const serial = 'arn:aws:iam::123456789012:u2f/user/bob/key'
  box.user.devices.push(createVirtualDevice(serial, { kind: 'fido' }))
  const { stdout } = await box.run(['device', 'list', '--json', '--profile', 'work'])
  expect(JSON.parse(stdout)).toEqual({ devices: [{ serialNumber: serial, worksWithSts: false }] })
})

const REMOVE = ['device', 'remove', '--profile', 'work']

it('removes a device with an MFA session, after asking', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL), createVirtualDevice(`${SERIAL}-old`))
  box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n`)
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  const command = [process.execPath, PROGRAM, ...REMOVE, '--serial', `${SERIAL}-old`].join(' ')
  const no = box.terminal(command)
  await no.waitFor('Remove')
  await breath()
  no.type('n')
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

it('explains why it cannot remove a device', async () => {
  const box = await newcomer()
  box.user.devices.push(createVirtualDevice(SERIAL))
  const args = [...REMOVE, '--serial', `${SERIAL}-nobody`, '--yes']
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(`This user has no device ${SERIAL}-nobody.`)
  expect(code).toBe(4)
})

test.each<[string[], number, string]>([
  [REMOVE, 2, 'Which device?'],
  [ENROLL, 6, 'Enrolling a device needs a terminal.'],
  [[...ENROLL, '--name', 'a b'], 2, 'A device cannot be called "a b"'],
  [['device'], 2, 'Which one: device list, device enroll, device remove?'],
])('%j', async (args, exit, words) => {
  const box = await newcomer()
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(words)
  expect(code).toBe(exit)
})
