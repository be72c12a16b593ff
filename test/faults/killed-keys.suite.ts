/** SIGKILL at every change of keys, devices and encrypted sessions: in files, in the keyring and at AWS. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
  type AccessKey,
  type Device,
} from '../../src/local-aws/index.ts'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { freshCodes } from '../support/codes.ts'
import { secretOn } from '../support/enrolling.ts'
import { forget, hasOtherReader, inKeyring } from '../support/keyring.ts'
import { journals } from '../support/rotation.ts'
import { PROGRAM, type Sandbox, type TerminalRun } from '../support/sandbox.ts'
import { killedEverywhere, NO_MIDDLE, plainConfig, PRELOAD, type Run, type Scene } from './kills.ts'
import { row } from './report.ts'
import { WORK } from './scene.ts'

const NO_KEYRING = hasOtherReader
  ? undefined
  : 'no gnome-keyring-daemon, dbus-run-session or secret-tool'

/** The keys that a section of the credentials file names, in plain text or in the keyring. */
function named(box: Sandbox, section = 'work') {
  const values = profileKeys(parseIni(box.read('credentials')), 'credentials', section)
  const plain = values.get('aws_access_key_id')
  const marked = values.get('mfa_login_access_key_id')
  return {
    accessKeyId: plain ?? marked,
    secretAccessKey:
      plain === undefined ? inKeyring(box, marked ?? '') : values.get('aws_secret_access_key'),
    isPlain: plain !== undefined,
  }
}

/** Every file except those of the test itself. */
function filesWith(box: Sandbox, text: string): string[] {
  return readdirSync(box.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path, 'utf8').includes(text))
}

const keys = (box: Sandbox): string => box.keysSection()

row(
  'killed: keys store',
  async () =>
    killedEverywhere({
      args: ['keys', 'store', ...WORK],
      config: plainConfig,
      credentials: keys,
      before: [
        ['setup', ...WORK, '--yes'],
        ['setup', ...WORK, '--undo', '--yes'],
      ],
      hasKeyring: true,
      reset: (box) => forget(box, box.key.accessKeyId),
      holds: (box, after) => {
        const { accessKeyId, secretAccessKey } = box.key
        const found = named(box)
        expect(found).toMatchObject({ accessKeyId, secretAccessKey })
        if (after === 'kill') return
        expect(found.isPlain).toBe(false)
        expect(filesWith(box, secretAccessKey)).toEqual([])
      },
      held: 'the section names keys whose secret is there, and after the next run in no file and no backup',
    }),
  NO_KEYRING,
)

row(
  'killed: keys store --restore',
  async () =>
    killedEverywhere({
      args: ['keys', 'store', ...WORK, '--restore'],
      config: plainConfig,
      credentials: keys,
      before: [['keys', 'store', ...WORK]],
      hasKeyring: true,
      holds: (box, after) => {
        const { accessKeyId, secretAccessKey } = box.key
        const found = named(box)
        expect(found).toMatchObject({ accessKeyId, secretAccessKey })
        if (after === 'kill') return
        expect(found.isPlain).toBe(true)
        expect(inKeyring(box, accessKeyId)).toBeUndefined()
      },
      held: 'the section names keys whose secret is there, and after the next run in the file alone',
    }),
  NO_KEYRING,
)

/** A rotation that needs a code, as a session of the old key exists. */
function rotation(more: Partial<Scene>): Scene {
  const olds = new Map<Sandbox, AccessKey>()
  return {
    args: ['keys', 'rotate', ...WORK, '--yes'],
    config: (box) =>
      `[profile work]\nregion = eu-west-1\nmfa_serial = ${box.device.serialNumber}\n${freshCodes(box)}\n`,
    credentials: keys,
    before: [['login', ...WORK]],
    keepsCache: true,
    hasRequests: true,
    reset: (box) => {
      const old = olds.get(box) ?? { ...box.key }
      olds.set(box, old)
      box.user.keys = [{ ...old }]
      box.device.usedSteps.clear()
    },
    holds: (box, after) => {
      const { accessKeyId, secretAccessKey, isPlain } = named(box)
      expect(box.user.keys).toContainEqual(
        expect.objectContaining({ accessKeyId, secretAccessKey, status: 'Active' }),
      )
      if (after === 'kill') return
      expect(box.user.keys).toHaveLength(1)
      expect(accessKeyId).not.toBe(olds.get(box)?.accessKeyId)
      expect(journals(box)).toEqual([])
      expect(filesWith(box, secretAccessKey ?? '')).toEqual(
        isPlain ? [box.path('credentials')] : [],
      )
      const old = olds.get(box)!
      expect(filesWith(box, old.secretAccessKey)).toEqual([])
      if (!isPlain) expect(inKeyring(box, old.accessKeyId)).toBeUndefined()
    },
    held: 'the files name a key that works, always; after the next run it is a new one and the only one, and its secret nowhere else',
    ...more,
  }
}

row('killed: keys rotate', async () => killedEverywhere(rotation({})))

row(
  'killed: keys rotate in the keyring',
  async () =>
    killedEverywhere(
      rotation({
        before: [
          ['keys', 'store', ...WORK],
          ['login', ...WORK],
        ],
        hasKeyring: true,
      }),
    ),
  NO_KEYRING,
)

const SERVED = ['credential-process', ...WORK]

row(
  'killed: encrypted sessions',
  async () =>
    killedEverywhere({
      args: SERVED,
      config: plainConfig,
      credentials: keys,
      before: [['setup', ...WORK, '--yes']],
      hasKeyring: true,
      env: { MFA_LOGIN_CACHE_ENCRYPTION: 'keyring' },
      reset: (box) => forget(box, 'cache'),
      holds: (box, after) => {
        const { accessKeyId, secretAccessKey } = box.key
        expect(named(box, 'work-long-term')).toMatchObject({ accessKeyId, secretAccessKey })
        expect(filesWith(box, 'essionToken')).toEqual([])
        if (after === 'next run') expect(inKeyring(box, 'cache')).toBeDefined()
      },
      held: 'keys there, no session in plain text in any file',
    }),
  NO_KEYRING,
)

const ARN = 'arn:aws:iam::123456789012:mfa/bob'

/** A user without a device whose policy requires MFA. */
function newcomer() {
  const policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  return createAccount({ users: [createUser('bob', { policies })] })
}

/** The exit code of a run at a terminal that sent SIGKILL to itself. */
const KILLED = process.platform === 'win32' ? 1 : 137
const PATIENCE_MS = 60_000
const DOWN = '\u001B[B'
/** The sandboxes in which the killed run had shown the secret. */
const wasShown = new Set<Sandbox>()

const isShown = ({ screen }: TerminalRun): boolean => screen.includes('type the seed')

function noteShown(box: Sandbox, run: TerminalRun): void {
  if (isShown(run)) wasShown.add(box)
  else wasShown.delete(box)
}

/** Answers each question once until the run ends. */
const atTerminal: Run = async (box, args, kill) => {
  box.freshStep(10_000)
  const preload = kill === undefined ? [] : [`--import`, PRELOAD]
  const words = ['exec', process.execPath, ...preload, PROGRAM, ...args]
  const run = box.terminal(words.join(' '), { env: kill ?? {} })
  const answers: readonly (readonly [string, () => string])[] = [
    ['Delete it and start again', () => '\r'],
    // An app that has the secret shows codes. A secret that was never shown is lost.
    ['choose another way.', () => (wasShown.has(box) ? '\r' : `${DOWN}\r`)],
    ['Its name, or Enter for', () => '\r'],
    ['The code it shows', () => `${codeOf(box, run, -1)}\r`],
    ['The next code', () => `${codeOf(box, run, 0)}\r`],
    ['Log in now?', () => 'n'],
    ['MFA code for work', () => `${codeOf(box, run, 1)}\r`],
  ]
  const given = new Set<string>()
  let code: number | undefined
  void run.exit.then((exit) => (code = exit))
  for (const end = Date.now() + PATIENCE_MS; code === undefined;) {
    if (Date.now() > end) throw new Error(`it has not ended:\n${run.screen}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
    for (const [question, answer] of answers) {
      if (given.has(question) || !run.screen.includes(question)) continue
      given.add(question)
      await new Promise((resolve) => setTimeout(resolve, 250))
      run.type(answer())
    }
  }
  if (kill !== undefined) noteShown(box, run)
  if (code !== 0 && code !== KILLED && code !== NO_MIDDLE) throw new Error(run.screen)
  return { code, stdout: '', stderr: run.screen, isKilled: code === KILLED }
}

/** The code that an app shows for the secret on the screen, or else for the device in use. */
function codeOf(box: Sandbox, run: TerminalRun, step: number): string {
  const seed = secretOn(run) ?? deviceOf(box)?.seed ?? ''
  return codeAt(createVirtualDevice(ARN, { seed }), box.now() + step * 30_000)
}

/** The device in use, or one that a killed run created. */
function deviceOf({ user, aws }: Sandbox): Device | undefined {
  return user.devices[0] ?? aws.account.unassignedDevices[0]
}

row('killed: device enroll', async () =>
  killedEverywhere({
    args: ['device', 'enroll', ...WORK],
    config: () => '[profile work]\nregion = eu-west-1\n\n',
    credentials: keys,
    account: newcomer,
    hasRequests: true,
    reset: (box) => {
      box.user.devices = []
      box.aws.account.unassignedDevices.splice(0)
    },
    run: atTerminal,
    again: async (box, args) =>
      box.user.devices.length === 0 ? atTerminal(box, args) : atTerminal(box, ['login', ...WORK]),
    holds: (box, after) => {
      const { accessKeyId, secretAccessKey } = box.key
      expect(named(box)).toMatchObject({ accessKeyId, secretAccessKey })
      if (after === 'kill') return
      expect(box.user.devices).toHaveLength(1)
      // The policy forbids deleting it without MFA.
      expect(box.aws.account.unassignedDevices.length).toBeLessThan(wasShown.has(box) ? 1 : 2)
      expect(box.read('config')).toContain(`mfa_serial = ${box.user.devices[0]!.serialNumber}`)
    },
    held: 'keys there; where AWS has the device in use, a login takes its next code, else the same command ends with one device in use; one whose secret was never shown is left over, as the policy asks for MFA to delete it',
  }),
)
