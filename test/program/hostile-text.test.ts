/** Text from elsewhere that controls a terminal: messages of AWS, names of devices, profiles and policies. */
import { describe, expect, it, test } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import {
  createAccount,
  createManagedPolicy,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { answers, program, runsOf } from '../support/asking.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const WORK = ['--profile', 'work']
/** Clears the screen, sets the title, moves up, does the same with C1 codes, and reverses the line. */
const EVIL = '\u001B[2J\u001B]0;owned\u0007\u001B[1A\u009B2J\u202Eevil\u2066\rover'
const IAM = 'arn:aws:iam::123456789012'

/** The output contains the words but no control codes. */
function isHarmless({ stdout, stderr }: Outcome, words: string): void {
  expect(stdout + stderr).toContain(words)
  expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
}

function refusing(box: Sandbox, action: string, status = 403, code = 'AccessDenied'): void {
  box.aws.faults.next.push({
    kind: { refuse: code, status, message: `no ${EVIL}` },
    action,
    times: 9,
  })
}

async function withDevices(...names: string[]): Promise<Sandbox> {
  const devices = names.map((name) => createVirtualDevice(`${IAM}:mfa/${name}`))
  const policies = [{ name: 'all', document: allowAllPolicy() }]
  return sandbox(createAccount({ users: [createUser('alice', { devices, policies })] }))
}

describe('control codes in a message of AWS are removed', () => {
  const serial = ['--serial', `${IAM}:mfa/alice`, '--token-code', '123456']
  test.each([
    ['login', [...WORK, ...serial], 'GetSessionToken', 4],
    ['device list', ['device', 'list', ...WORK], 'ListMFADevices', 4],
    ['doctor', ['doctor', ...WORK], 'GetCallerIdentity', 1],
    ['doctor --json', ['doctor', ...WORK, '--json'], 'GetCallerIdentity', 1],
  ])('in %s', async (_, args, action, exit) => {
    const box = await sandbox()
    refusing(box, action)
    const outcome = await box.run(args)
    isHarmless(outcome, 'evil')
    expect(outcome.code).toBe(exit)
  })

  it('in policy check', async () => {
    const box = await withDevices()
    refusing(box, 'ListAttachedUserPolicies')
    isHarmless(await box.run(['policy', 'check', '--live', ...WORK]), 'evil')
  })

  it('in an error code', async () => {
    const box = await sandbox()
    refusing(box, 'GetSessionToken', 400, `Bad${EVIL}`)
    const outcome = await box.run([...WORK, ...serial])
    isHarmless(outcome, 'the answer is not AWS’s')
    expect(outcome.code).toBe(5)
  })

  it('at the terminal', async () => {
    const box = await sandbox()
    const words = 'MultiFactorAuthentication failed with invalid MFA one time pass code.'
    box.aws.faults.next.push({
      kind: { refuse: 'Unheard', status: 500, message: `${words} ${EVIL}` },
      action: 'GetSessionToken',
    })
    box.write('config', `[profile work]\nregion = eu-west-1\nmfa_serial = ${IAM}:mfa/alice\n`)
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await run.answer('MFA code for work', '123456\r')
    await run.waitFor('the code may be spent')
    await run.answer('MFA code for work', '\u0003', 2)
    expect(await run.exit).toBe(130)
    if (!notOnWindows('raw terminal output')) isSteeredByOursOnly(run.screen)
  })
})

/** The package for questions moves the cursor, but it sets no title, clears no screen and uses no C1 codes. */
function isSteeredByOursOnly(screen: string): void {
  expect(screen).not.toContain('\u001B[2J')
  expect(screen).not.toContain('\u001B]')
  expect(screen).not.toMatch(/[\u0080-\u009F\u202E\u2066]/)
}

describe('a program that asks for a code', () => {
  /** Markup of Pango and Qt, and escapes of zenity, kdialog, Assuan and shells. */
  const MARKUP = `<b>bold</b> &amp; &lt; 50% %0A \\n \\033[2J $(id) \`id\` "quoted" ${EVIL}`

  it.skipIf(notOnWindows('programs of Linux')).each(['zenity', 'kdialog'])(
    'gets no markup and no escapes: %s',
    async (name) => {
      const box = await sandbox()
      box.aws.faults.next.push({
        kind: { refuse: 'Unheard', status: 500, message: MARKUP },
        action: 'GetSessionToken',
      })
      program(box, name)
      box.freshStep()
      answers(box, box.code(-1), box.code())
      const env = { DISPLAY: ':99', MFA_LOGIN_PROMPT: name }
      const { code, stderr } = await box.run(['login', ...WORK], { env })
      expect(code, stderr).toBe(0)
      const questions = runsOf(box, name).map((run) =>
        run.split('><').find((each) => each.includes('MFA code for')),
      )
      expect(questions).toHaveLength(2)
      expect(questions[1]).toContain('AWS gave no usable answer')
      expect(questions[1]).toContain(' b bold /b ')
      for (const question of questions) expect(question).toMatch(/^[\n -%'-;=?-[\]-~]+$/)
    },
  )
})

describe('control codes in a name reach no output', () => {
  it('in the list of devices', async () => {
    const box = await withDevices(EVIL, 'good')
    const refused = 'the answer has no serial number that AWS could have sent'
    for (const args of [['device', 'list'], ['device', 'list', '--json'], []]) {
      const outcome = await box.run([...args, ...WORK])
      isHarmless(outcome, refused)
      expect(outcome.stderr).not.toContain('evil')
      // It was only asked for the devices.
      expect(outcome.stderr).not.toContain('the code may be spent')
      expect(outcome.code).toBe(5)
    }
    isHarmless(await box.run(['doctor', ...WORK]), '')
    expect(box.read('config')).toBe('[profile work]\nregion = eu-west-1\n')
  })

  it('in the name of the only device', async () => {
    const box = await withDevices(EVIL)
    const outcome = await box.run([...WORK, '--token-code', '123456'])
    isHarmless(outcome, 'mfa-login: ')
    expect(outcome.code).not.toBe(70)
    expect(box.read('config')).toBe('[profile work]\nregion = eu-west-1\n')
  })

  it('in the names of policies', async () => {
    const box = await withDevices()
    const { account } = box.aws
    const managed = createManagedPolicy(`${IAM}:policy/${EVIL}`, allowAllPolicy())
    account.managedPolicies.push(managed)
    box.user.attached.push(managed.arn)
    box.user.policies.push({ name: EVIL, document: allowAllPolicy() })
    isHarmless(await box.run(['policy', 'check', '--live', ...WORK]), 'evil')
    isHarmless(await box.run(['policy', 'check', '--live', ...WORK, '--json']), 'evil')
  })

  it('in the names of profiles in files', async () => {
    const box = await sandbox()
    const bidi = 'work\u202Eevil'
    box.write(
      'credentials',
      `${box.keysSection()}[${bidi}-long-term]\n${box.keysSection().replace('[work]\n', '')}`,
    )
    box.write(
      'config',
      `[profile work]\nregion = x\n[profile r]\nrole_arn = ${IAM}:role/r\nsource_profile = ${bidi}\n`,
    )
    isHarmless(await box.run(['--profile', 'r', '--token-code', '123456']), 'evil')
    isHarmless(await box.run(['doctor', '--profile', 'r']), 'evil')
    isHarmless(await box.run(['status', '--json']), '')
    for (const line of ['[\u001B[2J]', `x = ${EVIL}`, EVIL]) {
      box.write('config', `[profile work]\n${line}\n`)
      isHarmless(await box.run(WORK), `${box.path('config')}:2: there is a control character`)
    }
  })

  it('in the name of the shell’s profile', async () => {
    const box = await sandbox()
    for (const env of [{ AWS_PROFILE: EVIL }, { MFA_LOGIN_EXEC: EVIL }]) {
      isHarmless(await box.run(['prompt'], { env }), 'evil')
    }
    isHarmless(await box.run([], { env: { AWS_PROFILE: EVIL } }), 'evil')
  })
})
