import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeAt, createUser, createVirtualDevice } from '../../src/local-aws/index.ts'
import { classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import {
  ARN,
  codeOn,
  ENROLL,
  enrolling,
  giveCodes,
  newcomer,
  SERIAL,
} from '../support/enrolling.ts'
import { PROGRAM, type Sandbox } from '../support/sandbox.ts'

const DOWN = '\u001B[B'

describe('an enrollment that was not finished', () => {
  /** With an unassigned device, as after a killed enrollment. */
  async function unfinished(policy = strictPolicy()): Promise<Sandbox> {
    const box = await newcomer(policy)
    const run = enrolling(box)
    await run.waitFor('The code it shows')
    run.kill()
    await run.exit
    expect(box.aws.account.unassignedDevices).toHaveLength(1)
    return box
  }
  const QUESTION = 'an enrollment was not finished'

  it('names its device on Ctrl-C if the policy does not allow deleting it', async () => {
    const box = await newcomer()
    const run = enrolling(box)
    await run.answer('The code it shows', '\u0003')
    expect(await run.exit).toBe(130)
    expect(run.screen).toContain('Canceled. The device bob stays in the account, unused.')
    expect(box.aws.account.unassignedDevices).toHaveLength(1)
  })

  it('says how to go on with the same device, and leaves no picture of its secret', async () => {
    const box = await newcomer()
    const png = `${box.home}/qr.png`
    const run = box.terminal(
      `${process.execPath} ${PROGRAM} ${ENROLL.join(' ')} --name phone --png ${png}`,
    )
    await run.answer('The code it shows', '\u0003')
    expect(await run.exit).toBe(130)
    const again = 'mfa-login device enroll --profile work --name phone'
    expect(run.screen).toContain(`The device phone stays in the account, unused. Try: ${again}`)
    expect(existsSync(png)).toBe(false)
  })

  it('deletes its device on Ctrl-C during a wait if the policy allows it', async () => {
    const box = await newcomer(classicPolicy())
    const run = enrolling(box)
    await run.answer('The code it shows', '')
    run.type(`${codeOn(box, run, 0)}\r`)
    await run.answer('It shows the next one in', '\u0003')
    expect(await run.exit).toBe(130)
    expect(box.aws.account.unassignedDevices).toEqual([])
  })

  it('can be started again', async () => {
    const box = await unfinished(classicPolicy())
    const run = enrolling(box)
    await run.answer(QUESTION, '\r')
    await giveCodes(box, run)
    await run.waitFor(`Enrolled: ${SERIAL}`)
    expect(box.calls('DeleteVirtualMFADevice')).toEqual(['OK'])
  })

  it('can be resumed with an app that has the secret', async () => {
    const box = await unfinished()
    const device = box.aws.account.unassignedDevices[0]!
    const run = enrolling(box)
    await run.answer(QUESTION, `${DOWN}\r`)
    await run.answer('The code it shows', `${codeAt(device, box.now() - 30_000)}\r`)
    await run.answer('The next code', `${codeAt(device, box.now())}\r`)
    await run.waitFor(`Enrolled: ${SERIAL}`)
    expect(run.screen).not.toContain('type the seed')
    expect(run.screen).not.toContain('It shows the next one')
  })

  it('can be replaced by a device with another name if the policy does not allow deleting', async () => {
    const box = await unfinished()
    const run = enrolling(box)
    await run.answer(QUESTION, '\r')
    await run.waitFor('The policy does not let you delete it')
    await run.answer(QUESTION, `${DOWN}\r`, 2)
    await run.answer('or Enter for bob-2', '\r')
    await giveCodes(box, run)
    await run.waitFor(`Enrolled: ${SERIAL}-2`)
    expect(box.aws.account.unassignedDevices.map((each) => each.serialNumber)).toEqual([SERIAL])
  })

  it('leads to no name that is taken, and a canceled enrollment names the device that it created', async () => {
    const box = await unfinished()
    const run = enrolling(box)
    await run.answer(QUESTION, `${DOWN}${DOWN}\r`)
    await run.answer('or Enter for bob-2', 'bob\r')
    await run.waitFor('There is a device bob already.')
    await run.answer('or Enter for bob-2', '\r', 3)
    await run.answer('The code it shows', '\u0003')
    expect(await run.exit).toBe(130)
    const again = 'mfa-login device enroll --profile work --name bob-2'
    expect(run.screen).toContain(`The device bob-2 stays in the account, unused. Try: ${again}`)
  })

  it('is not confused with a device in use', async () => {
    const box = await newcomer()
    const carol = createUser('carol', { devices: [createVirtualDevice(`${ARN}/phone`)] })
    box.aws.account.users.push(carol)
    const run = enrolling(box, '--name', 'phone')
    await run.waitFor('There is a device phone of carol already')
    await run.answer('or Enter for phone-2', 'bobs-phone\r')
    await giveCodes(box, run)
    await run.waitFor(`Enrolled: ${ARN}/bobs-phone`)
  })
})
