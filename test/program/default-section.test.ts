/** `[DEFAULT]` gives its keys to every profile, so no command says that one of them lost or changed such a key. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createVirtualDevice } from '../../src/local-aws/index.ts'
import { withCodes } from '../support/rotation.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const WORK = ['--profile', 'work']

/** Runs a command that has to be refused with both files as they are. */
async function expectRefused(
  box: Sandbox,
  args: readonly string[],
  what: string,
  file = 'credentials',
): Promise<void> {
  const before = [box.read('credentials'), box.read('config')]
  const { code, stdout, stderr } = await box.run(args)
  const path = box.path(file)
  const reason = 'because AWS tools apply [DEFAULT] to every profile.'
  expect(stderr).toBe(
    `mfa-login: ${path} was left as it is: ${what}, ${reason} Try: check [DEFAULT] in ${path}\n`,
  )
  expect([code, stdout]).toEqual([3, ''])
  expect([box.read('credentials'), box.read('config')]).toEqual(before)
  expect(readdirSync(box.path('.')).filter((name) => name.includes('backup'))).toEqual([])
}

async function keysInDefaults(section = '[work]\nx = 1\n'): Promise<Sandbox> {
  const box = await withCodes()
  box.write('credentials', `${box.keysSection('DEFAULT')}\n${section}`)
  return box
}

it.each(['[work]\nx = 1\n', '[work]\n'])(
  'keys remove --yes is refused where [DEFAULT] has the keys of %j',
  async (section) => {
    const box = await keysInDefaults(section)
    const what = 'aws_access_key_id would stay in [work]'
    await expectRefused(box, ['keys', 'remove', ...WORK, '--yes'], what)
  },
)

it('keys remove --yes is refused where [work] and [DEFAULT] have the same keys', async () => {
  const box = await sandbox()
  box.write('credentials', `${box.keysSection('DEFAULT')}\n${box.keysSection()}`)
  const what = `the access key …${box.key.accessKeyId.slice(-4)} would stay in [DEFAULT]`
  await expectRefused(box, ['keys', 'remove', ...WORK, '--yes'], what)
})

it.each(['[work]\nx = 1\n', '[work]\n'])(
  'setup --yes is refused where [DEFAULT] has the keys of %j',
  async (section) => {
    const box = await keysInDefaults(section)
    await expectRefused(box, ['setup', ...WORK, '--yes'], 'aws_access_key_id would stay in [work]')
  },
)

it('logout --all is refused where [DEFAULT] has the session of [work]', async () => {
  const box = await sandbox()
  await box.run(['login', ...WORK, '--token-code', box.code()])
  const [, session = ''] = box.read('credentials').split('[work-mfa]\n')
  expect(session).toContain('aws_session_token')
  box.write('credentials', `[DEFAULT]\n${session}\n[work-mfa]\nx = 1\n`)
  const what = 'aws_access_key_id would stay in [work-mfa]'
  await expectRefused(box, ['logout', '--all'], what)
})

it('keys rotate --yes is refused before a key is created where [DEFAULT] has the old one', async () => {
  const box = await keysInDefaults()
  const what = `the access key …${box.key.accessKeyId.slice(-4)} would stay in [DEFAULT]`
  await expectRefused(box, ['keys', 'rotate', ...WORK, '--yes'], what)
  expect(box.calls('CreateAccessKey')).toEqual([])
})

it('device remove --yes is refused before AWS loses the device where [DEFAULT] has its serial number', async () => {
  const box = await sandbox()
  const spare = createVirtualDevice(`${box.device.serialNumber}-spare`)
  box.user.devices.push(spare)
  const serial = spare.serialNumber
  box.write('config', `[DEFAULT]\nmfa_serial = ${serial}\n\n[profile work]\nregion = eu-west-1\n`)
  const args = ['device', 'remove', ...WORK, '--serial', serial, '--yes']
  await expectRefused(box, args, 'mfa_serial would stay in [work]', 'config')
  expect(box.calls('DeactivateMFADevice')).toEqual([])
})

it('a session goes where [DEFAULT] has long-term keys, and logout removes it again', async () => {
  const box = await keysInDefaults()
  const before = box.read('credentials')
  const { code, stderr } = await box.run(['login', ...WORK])
  expect(code, stderr).toBe(0)
  expect(box.read('credentials')).toContain('[work-mfa]\naws_access_key_id = ASIA')
  expect((await box.run(['logout', '--all'])).code).toBe(0)
  expect(box.read('credentials')).toBe(before)
})
