import { describe, expect, it } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/bob'

async function withDevice(): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  const devices = [createVirtualDevice(SERIAL)]
  const box = await sandbox(createAccount({ users: [createUser('bob', { policies, devices })] }))
  box.freshStep(12_000)
  return box
}

describe('device resync', () => {
  const command = [process.execPath, PROGRAM, 'device', 'resync', '--profile', 'work'].join(' ')

  it('resyncs a drifted device with a bare key', async () => {
    const box = await withDevice()
    const { device } = box
    // The clock of the device is five steps behind.
    const shown = (step: number): string => codeAt(device, box.now() + (step - 5) * 30_000)
    const refused = await box.run(['--profile', 'work', '--token-code', shown(0)])
    expect(refused.code).toBe(4)
    const run = box.terminal(command)
    await run.answer('The code it shows', `${shown(-1)}\r`)
    await run.answer('The next code', `${shown(0)}\r`)
    expect(await run.exit).toBe(0)
    expect(run.screen).toContain(`Type two codes in a row from ${SERIAL}.`)
    expect(run.screen).toContain(`Resynchronized: ${SERIAL}`)
    const { code, stderr } = await box.run(['--profile', 'work', '--token-code', shown(1)])
    expect(stderr).toContain('New session')
    expect(code).toBe(0)
  })

  it('takes the code that follows one typed as the app changed, and refuses only the same again', async () => {
    const box = await withDevice()
    const run = box.terminal(command)
    await run.answer('The code it shows', `${box.code(-1)}\r`)
    await run.answer('The next code', `${box.code(-1)}\r`)
    await run.waitFor('This is the first code again; wait for the next one.')
    run.type(`${'\u007F'.repeat(6)}${box.code()}\r`)
    expect(await run.exit).toBe(0)
    expect(run.screen).not.toContain('It shows the next one')
    expect(box.calls('ResyncMFADevice')).toEqual(['OK'])
  })

  it('refuses a device that the user does not have before it asks for codes', async () => {
    const box = await withDevice()
    const run = box.terminal(`${command} --serial ${SERIAL}-nobody`)
    expect(await run.exit).toBe(4)
    expect(run.screen).toContain('mfa-login device list --profile work')
    expect(run.screen).not.toContain('The code it shows')
  })

  it('refuses an invalid serial number, and needs a terminal', async () => {
    const box = await withDevice()
    const resync = ['device', 'resync', '--profile', 'work']
    expect(await box.run([...resync, '--serial', 'x'])).toMatchObject({ code: 2 })
    expect(await box.run(resync)).toMatchObject({ code: 6 })
  })
})
