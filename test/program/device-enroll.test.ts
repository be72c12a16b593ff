import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { createVirtualDevice } from '../../src/local-aws/index.ts'
import { classicPolicy } from '../../src/policy/documents.ts'
import {
  ARN,
  codeOn,
  ENROLL,
  enrolling,
  giveCodes,
  newcomer,
  SERIAL,
} from '../support/enrolling.ts'
import { screenOf } from '../support/screen.ts'

const erased = (text: string): string => `${'\u007F'.repeat(6)}${text}\r`

describe('device enroll', () => {
  it('takes a new user from long-term credentials to a session', async () => {
    const box = await newcomer()
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.answer('Log in now?', 'y\r')
    await run.answer('MFA code for work', `${codeOn(box, run, 1)}\r`)
    expect(await run.exit).toBe(0)
    // The Enter after the y answers nothing else.
    expect(run.screen).not.toContain('A code has six digits')
    expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}`)
    expect(box.read('credentials')).toContain('[work-mfa]')
    const listed = await box.run(['device', 'list', '--profile', 'work'])
    expect(listed).toEqual({ code: 0, stdout: `${SERIAL}\n`, stderr: '' })
    expect(box.calls('CreateVirtualMFADevice')).toEqual(['OK'])
    expect(box.calls('EnableMFADevice')).toEqual(['OK'])
    expect(box.calls()).toEqual(['OK'])
  })

  it('logs in for the region that was asked for', async () => {
    const box = await newcomer()
    box.write('config', '[profile work]\nregion = no-such-region\n')
    const run = enrolling(box, '--region', 'eu-west-1')
    await giveCodes(box, run)
    await run.answer('Log in now?', 'y\r')
    await run.answer('MFA code for work', `${codeOn(box, run, 1)}\r`)
    expect(await run.exit).toBe(0)
    expect(box.read('credentials')).toContain('[work-mfa]')
  })

  it('counts down to the second code, and keeps what is typed meanwhile', async () => {
    const box = await newcomer()
    const run = enrolling(box)
    await run.answer('The code it shows', '')
    box.nearEndOfStep(6000)
    run.type(`${codeOn(box, run, 0)}\r`)
    await run.waitFor('It shows the next one in 3 s')
    run.type(codeOn(box, run, 1))
    await run.answer('The next code', '\r')
    await run.waitFor('Enrolled: ')
    expect(run.screen).toMatch(/in (\d+) s.*in (?!\1)\d+ s/s)
  })

  it.skipIf(notOnWindows('questions in Wine'))(
    'explains codes of another device, equal codes, a wrong order and a skipped code',
    async () => {
      const box = await newcomer()
      const run = enrolling(box)
      await run.answer('The code it shows', '')
      run.type(`${codeOn(box, run, 500)}\r`)
      await run.waitFor('This code is not from this device')
      run.type(erased(codeOn(box, run, -3)))
      await run.answer('The next code', `${codeOn(box, run, -3)}\r`)
      await run.waitFor('This is the first code again')
      run.type(erased(codeOn(box, run, -4)))
      await run.waitFor('This code is older than the first')
      run.type(erased(codeOn(box, run, -1)))
      await run.waitFor('A code in between was skipped')
      await new Promise((resolve) => setTimeout(resolve, 500))
      run.type(`${codeOn(box, run, 0)}\r`)
      await run.waitFor('Enrolled: ')
      expect(box.calls('EnableMFADevice')).toEqual(['OK'])
    },
  )

  it('asks three times for codes that AWS refuses, then deletes the device', async () => {
    const box = await newcomer(classicPolicy())
    const refuse = 'InvalidAuthenticationCode'
    box.aws.faults.next.push({
      kind: { refuse, status: 403, message: 'Authentication code for device is not valid.' },
      action: 'EnableMFADevice',
      times: 3,
    })
    const run = enrolling(box)
    for (const times of [1, 2, 3]) {
      await run.answer('The code it shows', '')
      await run.waitFor('AWS refused these codes', times - 1)
      await new Promise((resolve) => setTimeout(resolve, 300))
      run.type(`${codeOn(box, run, -1)}\r`)
      await new Promise((resolve) => setTimeout(resolve, 600))
      run.type(`${codeOn(box, run, 0)}\r`)
      await run.waitFor('AWS refused these codes', times)
    }
    expect(await run.exit).toBe(4)
    expect(run.screen).toContain('The new device was deleted again.')
    expect(box.aws.account.unassignedDevices).toEqual([])
  })

  it('waits while AWS is busy with the user, then sends the same codes', async () => {
    const box = await newcomer()
    const kind = { refuse: 'EntityTemporarilyUnmodifiable', status: 409 }
    box.aws.faults.next.push({ kind, action: 'EnableMFADevice', times: 2 })
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.waitFor('AWS is busy with this user; again in 3 s')
    await run.waitFor('Enrolled: ')
    expect(box.calls('EnableMFADevice')).toEqual([kind.refuse, kind.refuse, 'OK'])
  })

  it('finds the device enrolled if only the answer was lost', async () => {
    const box = await newcomer()
    box.aws.faults.next.push({ kind: 'dropAfter', action: 'EnableMFADevice' })
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.waitFor('Enrolled: ')
    expect(box.calls('EnableMFADevice')).toEqual(['dropAfter'])
  })

  it('asks for fresh codes if both answers were lost, and deletes the device on Ctrl-C', async () => {
    const box = await newcomer(classicPolicy())
    box.aws.faults.next.push(
      { kind: 'dropBefore', action: 'EnableMFADevice' },
      { kind: 'error500', action: 'ListMFADevices' },
    )
    // The first ListMFADevices, before the device is created, succeeds.
    box.aws.faults.next.splice(1, 0, { kind: { slowMs: 0 }, action: 'ListMFADevices' })
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.waitFor('AWS gave no usable answer. Type two new codes')
    await run.answer('The code it shows', '\u0003')
    expect(await run.exit).toBe(130)
    expect(run.screen).not.toContain('defect')
    expect(box.aws.account.unassignedDevices).toEqual([])
  })

  it('succeeds even if the cache cannot be written', async () => {
    const box = await newcomer(classicPolicy())
    box.write('no-directory', '')
    box.env.MFA_LOGIN_CACHE_DIR = box.path('no-directory')
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.waitFor('The device is enrolled, but the note in the cache could not be written')
    await run.waitFor(`Enrolled: ${SERIAL}`)
    expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}`)
    expect(box.calls('DeleteVirtualMFADevice')).toEqual([])
  })

  it.skipIf(notOnWindows('questions in Wine'))(
    'takes Ctrl-C at the question about a login as no',
    async () => {
      const box = await newcomer()
      const run = enrolling(box)
      await giveCodes(box, run)
      await run.answer('Log in now?', '\u0003')
      expect(await run.exit).toBe(0)
      expect(run.screen).not.toContain('nothing was changed')
      expect(run.screen).toContain('Log in later: mfa-login --profile work')
      const rows = await screenOf(run.screen, 200)
      expect(rows).toContain('✖ Log in now? (it takes the next code) …')
    },
  )

  it('enrolls another device with an MFA session', async () => {
    const box = await newcomer()
    box.user.devices.push(createVirtualDevice(SERIAL))
    const run = enrolling(box, '--name', 'bob-phone')
    await run.answer('MFA code for work', `${box.code()}\r`)
    const [before] = run.screen.replace(/\s+/g, ' ').split('MFA code for work')
    expect(before).toContain('Your user already has the MFA device bob. Another device needs ')
    await giveCodes(box, run)
    await run.answer('instead of bob?', '\r')
    await run.answer('Log in now?', 'n')
    expect(await run.exit).toBe(0)
    const serials = box.user.devices.map(({ serialNumber }) => serialNumber)
    expect(serials).toEqual([SERIAL, `${SERIAL}-phone`])
    expect(run.screen).toContain('The profile work stays as it is.')
    expect(run.screen).toContain(`mfa-login --profile work --serial ${SERIAL}-phone`)
    expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}\n`)
  })

  it('asks too where the profile has no device of its own, but a session of one', async () => {
    const box = await newcomer()
    box.user.devices.push(createVirtualDevice(SERIAL))
    const login = ['--profile', 'work', '--serial', SERIAL, '--token-code', box.code(-1)]
    expect((await box.run(login)).code).toBe(0)
    const run = enrolling(box, '--name', 'bob-phone')
    await giveCodes(box, run)
    await run.answer('Ask for codes of bob-phone for the profile work from now on?', '\r')
    await run.answer('Log in now?', 'n')
    expect(await run.exit).toBe(0)
    expect(run.screen).not.toContain('MFA code for work')
    expect(box.read('config')).not.toContain('mfa_serial')
  })

  it('lets another device replace the one of the profile, if the person wants that', async () => {
    const box = await newcomer()
    box.user.devices.push(createVirtualDevice(SERIAL))
    const login = ['--profile', 'work', '--token-code', box.code(-1)]
    expect((await box.run(login)).code).toBe(0)
    const run = enrolling(box, '--name', 'bob-phone')
    await giveCodes(box, run)
    await run.answer('Ask for codes of bob-phone for the profile work', 'y\r')
    await run.waitFor('The profile work asks for codes of bob-phone now.')
    await run.answer('Log in now?', '\u0003')
    expect(await run.exit).toBe(0)
    expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}-phone\n`)
  })

  it('asks nothing more after Ctrl-C at the question about the profile', async () => {
    const box = await newcomer()
    box.user.devices.push(createVirtualDevice(SERIAL))
    const run = enrolling(box, '--name', 'bob-phone')
    await run.answer('MFA code for work', `${box.code()}\r`)
    await giveCodes(box, run)
    await run.answer('instead of bob?', '\u0003')
    expect(await run.exit).toBe(0)
    expect(run.screen).not.toContain('Log in now?')
    expect(run.screen).toContain('The profile work stays as it is.')
    expect(run.screen).toContain(`Enrolled: ${SERIAL}-phone`)
    expect(run.screen).toContain('Log in later: mfa-login --profile work')
    expect(box.read('config')).toContain(`mfa_serial = ${SERIAL}\n`)
  })

  it('logs in after Enter alone, and after "no" says how to do it later', async () => {
    const box = await newcomer()
    const run = enrolling(box)
    await giveCodes(box, run)
    await run.answer('Log in now?', '\r')
    await run.answer('MFA code for work', '\u0003')
    expect(await run.exit).toBe(4)
    expect(run.screen).toContain('(Y/n)')
    const other = await newcomer()
    const no = enrolling(other, '--region', 'us-west-2')
    await giveCodes(other, no)
    await no.answer('Log in now?', 'n\r')
    expect(await no.exit).toBe(0)
    expect(no.screen).toContain('Log in later: mfa-login --profile work --region us-west-2')
    expect(no.screen).not.toContain('instead of')
  })

  it('refuses a ninth device, and a user with only security keys, before it creates one', async () => {
    const box = await newcomer()
    const serials = Array.from({ length: 8 }, (_, index) => `${ARN}/bob-${index}`)
    box.user.devices.push(...serials.map((serial) => createVirtualDevice(serial)))
    box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${ARN}/bob-0\n`)
    expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
    const full = enrolling(box)
    expect(await full.exit).toBe(4)
    expect(full.screen).toContain('as many MFA devices as AWS allows (8)')
    expect(full.screen).toContain('device remove --profile work')
    const key = 'arn:aws:iam::123456789012:u2f/user/bob/key'
    box.user.devices.splice(0, 8, createVirtualDevice(key, { kind: 'fido' }))
    const fido = enrolling(box)
    expect(await fido.exit).toBe(4)
    expect(fido.screen).toContain('only security keys or passkeys')
    expect(box.calls('CreateVirtualMFADevice')).toEqual([])
  })

  it('needs a terminal and a valid name', async () => {
    const box = await newcomer()
    const { code, stderr } = await box.run(ENROLL)
    expect({ code, stderr }).toMatchObject({ code: 6 })
    expect(stderr).toContain('in a terminal')
    expect(await box.run([...ENROLL, '--name', 'a/b'])).toMatchObject({ code: 2 })
    expect(box.calls('CreateVirtualMFADevice')).toEqual([])
  })
})
