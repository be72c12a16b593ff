/** A wrong `mfa_serial`: IAM is asked for the devices while the person types. */
import { createServer, type Socket } from 'node:net'
import { expect, it, onTestFinished, test } from 'vitest'
import { createAccount, createUser, createVirtualDevice } from '../../src/local-aws/index.ts'
import { listening } from '../support/tls-front.ts'
import { PROGRAM, sandbox, type Sandbox, type TerminalRun } from '../support/sandbox.ts'
import { textOn } from '../support/session.ts'

const WRONG = 'arn:aws:iam::123456789012:mfa/alcie'

function withSerial(box: Sandbox, serial: string): void {
  box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${serial}\n`)
}

/** Types a code once AWS has been asked for the devices. */
async function logIn(box: Sandbox, answers = 1): Promise<TerminalRun> {
  box.freshStep()
  const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`, { columns: 300 })
  await run.waitFor('MFA code for work')
  await expect.poll(() => box.calls('ListMFADevices')).toHaveLength(answers)
  // The answer has to arrive.
  await new Promise((resolve) => setTimeout(resolve, 300))
  run.type(`${box.code()}\r`)
  return run
}

it('a login with a wrong mfa_serial names the command that lists the devices, and sends no code', async () => {
  const box = await sandbox()
  withSerial(box, WRONG)
  const run = await logIn(box)
  expect(await run.exit).toBe(4)
  const remedy = 'mfa-login device list --profile work, then: mfa-login --profile work --serial ARN'
  const text = await textOn(run, 300)
  expect(text).toContain(`AWS does not know the MFA device ${WRONG} for this user.`)
  expect(text).toContain(remedy)
  expect(box.calls()).toEqual([])
})

it('a login with the right mfa_serial goes on', async () => {
  const box = await sandbox()
  withSerial(box, box.device.serialNumber)
  const run = await logIn(box)
  expect(await run.exit, run.screen).toBe(0)
  expect(box.calls()).toEqual(['OK'])
})

test.each([
  ['may not list the devices', WRONG, 4],
  ['may not list the devices', undefined, 0],
])('a login whose key %s asks STS (mfa_serial %s)', async (_, serial, exit) => {
  const devices = [createVirtualDevice('arn:aws:iam::123456789012:mfa/alice')]
  const box = await sandbox(createAccount({ users: [createUser('alice', { devices })] }))
  withSerial(box, serial ?? box.device.serialNumber)
  const run = await logIn(box)
  expect(await run.exit, run.screen).toBe(exit)
  expect(box.calls('ListMFADevices')).toEqual(['AccessDenied'])
  expect(box.calls()).toEqual([exit === 0 ? 'OK' : 'AccessDenied'])
})

it('a login does not wait for the list of devices', async () => {
  const box = await sandbox()
  withSerial(box, box.device.serialNumber)
  box.aws.faults.next.push({ kind: { slowMs: 20_000 }, action: 'ListMFADevices' })
  const run = await logIn(box, 0)
  const startedAt = Date.now()
  expect(await run.exit, run.screen).toBe(0)
  expect(Date.now() - startedAt).toBeLessThan(15_000)
})

it.each(['endpoint', 'proxy'])(
  'a login ends at once where the %s of IAM is silent',
  async (what) => {
    const box = await sandbox()
    withSerial(box, box.device.serialNumber)
    const sockets = new Set<Socket>()
    const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    const address = `127.0.0.1:${await listening(silent)}`
    box.env.AWS_ENDPOINT_URL_IAM = `https://${what === 'proxy' ? 'iam.example.com' : address}`
    if (what === 'proxy') box.env.HTTPS_PROXY = `http://${address}`
    box.freshStep()
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await run.waitFor('MFA code for work')
    await expect.poll(() => sockets.size).toBe(1)
    const startedAt = Date.now()
    run.type(`${box.code()}\r`)
    expect(await run.exit, run.screen).toBe(0)
    // Without the end of the connection, it would be ten.
    expect(Date.now() - startedAt).toBeLessThan(7000)
  },
)
