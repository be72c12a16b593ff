/** SIGKILL at every single thing a run does to files. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { externalDataInterceptor, loadSharedConfigFiles } from '@smithy/shared-ini-file-loader'
import { parse } from 'ini'
import { expect } from 'vitest'
import { locked } from '../../src/io/lock.ts'
import { codeAt, startLocalAws } from '../../src/local-aws/index.ts'
import { parseIni } from '../../src/profile/ini.ts'
import { accountWithRoles } from '../support/roles.ts'
import { outcomeOf, PROGRAM, Sandbox, type Outcome } from '../support/sandbox.ts'
import { lineOf, row, type Seen } from './report.ts'
import type { RowName } from './rows.ts'

const PRELOAD = new URL('./preload.mjs', import.meta.url).href
/** What the preload says where it was to kill within a thing that has no middle. */
const NO_MIDDLE = 99
const STEP = Number(process.env.FAULTS_STEP ?? '1')
const LANES = 4
/** A killed holder's lock must be taken at once; an unloaded run takes half a second. */
const PATIENCE_MS = 15_000

const HEAD = '# mine\r\n[other]\r\nregion = x # home\r\n; end\r\n\r\n'
const MIDDLE = '[middle]\ns3 =\n  max = 10\n# about middle\n\n'
const TAIL = '[last]\nregion = y\n'

interface Scene {
  /** The command that is killed and, with the next code, run again. */
  readonly args: readonly string[]
  readonly config: (box: Sandbox) => string
  readonly credentials: (box: Sandbox) => string
  /** What was done before, whole. */
  readonly before?: readonly (readonly string[])[]
  readonly isLinked?: boolean
  /** A run after one that was killed when all was done may say so. */
  readonly doneAlready?: string
}

const WORK = ['--profile', 'work']
const process_ = (box: Sandbox) => `mfa_process = cat ${box.home}/code\n`
const plainConfig = (box: Sandbox) => `[profile work]\nregion = eu-west-1\n${process_(box)}\n`
const roleConfig = (box: Sandbox) =>
  `${plainConfig(box)}[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n\n`
const keys = (box: Sandbox) => box.keysSection()
const SETUP = ['setup', ...WORK, '--yes']

const SCENES: Partial<Record<RowName, Scene>> = {
  'killed: login': { args: ['login', ...WORK], config: plainConfig, credentials: keys },
  'killed: login over a session': {
    args: ['login', ...WORK, '--force'],
    config: plainConfig,
    credentials: keys,
    before: [['login', ...WORK]],
  },
  'killed: login through a symlink': {
    args: ['login', ...WORK, '--to', 'day'],
    config: plainConfig,
    credentials: keys,
    isLinked: true,
  },
  'killed: credential-process': {
    args: ['credential-process', ...WORK],
    config: plainConfig,
    credentials: keys,
    before: [SETUP],
  },
  'killed: role login': {
    args: ['login', '--profile', 'admin'],
    config: roleConfig,
    credentials: keys,
  },
  'killed: role credential-process': {
    args: ['credential-process', '--profile', 'admin'],
    config: roleConfig,
    credentials: keys,
    before: [['setup', '--profile', 'admin', '--yes']],
  },
  'killed: exec': { args: ['exec', ...WORK, '--', 'true'], config: plainConfig, credentials: keys },
  'killed: use': {
    args: ['use', 'work', '--shell', 'bash'],
    config: plainConfig,
    credentials: keys,
  },
  'killed: setup': { args: SETUP, config: plainConfig, credentials: keys },
  'killed: setup of a role': {
    args: ['setup', '--profile', 'admin', '--yes'],
    config: roleConfig,
    credentials: keys,
  },
  'killed: setup --undo': {
    args: [...SETUP, '--undo'],
    config: plainConfig,
    credentials: keys,
    before: [SETUP],
    doneAlready: 'has no credential_process of mfa-login to undo',
  },
  'killed: logout': {
    args: ['logout', '--all'],
    config: plainConfig,
    credentials: keys,
    before: [['login', ...WORK]],
  },
}

for (const [name, scene] of Object.entries(SCENES)) {
  row(name as RowName, async () => killedEverywhere(scene))
}

/** The places of a run, taken in turn by several lanes until one is behind the last. */
async function killedEverywhere(scene: Scene): Promise<Seen> {
  let [next, end, kills] = [0, Infinity, 0]
  const again = new Set<string>()
  const lane = async (): Promise<void> => {
    const box = await rig()
    try {
      while (next < end) {
        const place = 1 + STEP * next++
        for (const how of ['before', 'within', 'after']) {
          const came = await killedOnce(box, scene, place, how, again)
          if (came === 'killed') kills += 1
          if (came === 'whole') end = Math.min(end, (place - 1) / STEP)
        }
      }
    } finally {
      await box.aws.close()
      rmSync(box.home, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(kills).toBeGreaterThan(12 / STEP)
  return {
    what: `SIGKILL before and after each, and within each write, of the ${Math.round(end * STEP)} changes to files of \`mfa-login ${scene.args.join(' ')}\`, ${kills} times in all; then the same again with the next code`,
    line: '',
    exit: 137,
    held: `no byte of other sections lost, keys there once, files read by \`ini\` and the SDK, no code sent twice, no lock in the way; the next run: ${[...again].sort().join('; ')}`,
  }
}

async function rig(): Promise<Sandbox> {
  return new Sandbox(await startLocalAws({ account: accountWithRoles() }))
}

async function killedOnce(
  box: Sandbox,
  scene: Scene,
  place: number,
  how: string,
  again: Set<string>,
): Promise<'killed' | 'whole' | 'no middle'> {
  for (const name of readdirSync(box.home)) rmSync(`${box.home}/${name}`, { recursive: true })
  const account = box.aws.account
  box.write(
    'config',
    HEAD +
      scene.config(box) +
      MIDDLE.replace('[middle]', '[profile middle]') +
      TAIL.replace('[last]', '[profile last]'),
  )
  box.write('credentials', HEAD + scene.credentials(box) + MIDDLE + TAIL)
  if (scene.isLinked) linkAway(box, 'credentials')
  const began = Date.now()
  const showCode = (step: number): void => {
    writeFileSync(`${box.home}/code`, codeAt(box.device, began + step * 30_000))
  }
  for (const [index, args] of (scene.before ?? []).entries()) {
    account.users[0]!.devices[0]!.usedSteps.clear()
    showCode(index)
    expect((await box.run(args)).code).toBe(0)
    rmSync(`${box.home}/.aws/mfa-login/cache`, { recursive: true, force: true })
  }
  box.device.usedSteps.clear()
  box.aws.requests.splice(0)
  showCode(0)
  const child = spawn(process.execPath, ['--import', PRELOAD, PROGRAM, ...scene.args], {
    env: { ...box.env, FAULT_AT: String(place), FAULT_HOW: how },
    detached: true,
  })
  const [first, [, signal]] = await Promise.all([
    outcomeOf(child),
    once(child, 'close') as Promise<[number, string]>,
  ])
  await intact(box, scene)
  if (signal !== 'SIGKILL') {
    if (first.code === NO_MIDDLE) return 'no middle'
    expect(first.code, `${how} ${place}: ${first.stderr}`).toBe(0)
    return 'whole'
  }
  showCode(1)
  const restarted = Date.now()
  const second = await box.run(scene.args)
  expect(Date.now() - restarted).toBeLessThan(PATIENCE_MS)
  again.add(outcomeInWords(box, scene, second, `${how} ${place}`))
  await intact(box, scene)
  expect(box.calls(), `${how} ${place}`).not.toContain('AccessDenied')
  await nothingInTheWay(box)
  return 'killed'
}

function linkAway(box: Sandbox, name: string): void {
  const text = box.read(name)
  mkdirSync(`${box.home}/dotfiles`)
  writeFileSync(`${box.home}/dotfiles/${name}`, text, { mode: 0o600 })
  rmSync(box.path(name))
  symlinkSync(`../dotfiles/${name}`, box.path(name))
}

function outcomeInWords(
  box: Sandbox,
  { doneAlready }: Scene,
  { code, stderr }: Outcome,
  at: string,
): string {
  if (code === 0) return 'succeeded'
  expect(stderr, at).toContain(doneAlready ?? 'nothing but success')
  expect(code, at).toBe(3)
  return `\`${lineOf(box, stderr)}\``
}

async function intact(box: Sandbox, scene: Scene): Promise<void> {
  const texts = [box.read('config'), box.read('credentials')]
  for (const [index, text] of texts.entries()) {
    const prefix = index === 0 ? 'profile ' : ''
    expect(parseIni(text).problems).toEqual([])
    expect(text.startsWith(HEAD)).toBe(true)
    expect(text).toContain(MIDDLE.replace('middle', `${prefix}middle`))
    expect(text).toContain(TAIL.replace('last', `${prefix}last`))
    expect(parse(text)).toMatchObject({ other: {}, [`${prefix}last`]: { region: 'y' } })
    expect((await loaded(text, index === 0)).last).toEqual({ region: 'y' })
  }
  const { secretAccessKey, accessKeyId } = box.key
  for (const part of [secretAccessKey, accessKeyId]) {
    expect(texts.join('').split(part), 'long-term keys').toHaveLength(2)
  }
  if (scene.isLinked) expect(lstatSync(box.path('credentials')).isSymbolicLink()).toBe(true)
}

/** As the AWS SDK for JavaScript reads it. */
async function loaded(text: string, isConfig: boolean): Promise<Record<string, unknown>> {
  const [path, none] = ['/faults/file', '/faults/none']
  externalDataInterceptor.interceptFile(path, text)
  externalDataInterceptor.interceptFile(none, '')
  const files = await loadSharedConfigFiles({
    filepath: isConfig ? none : path,
    configFilepath: isConfig ? path : none,
    ignoreCache: true,
  })
  return isConfig ? files.configFile : files.credentialsFile
}

/** No temporary file is left, and a lock that is belongs to the dead: the next one has it at once. */
async function nothingInTheWay(box: Sandbox): Promise<void> {
  const folders = ['.aws', 'dotfiles', '.aws/mfa-login/cache'].map((name) => `${box.home}/${name}`)
  const left = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  expect(left.filter((path) => /mfa-login-\d/.test(path))).toEqual([])
  for (const lock of left.filter((path) => path.endsWith('.mfa-login-lock'))) {
    const began = Date.now()
    expect(await locked(lock, () => Promise.resolve('mine'))).toBe('mine')
    expect(Date.now() - began).toBeLessThan(2000)
  }
}

row('killed: holder of the lock', async () => {
  const box = await rig()
  box.write('config', plainConfig(box))
  box.write('credentials', keys(box))
  writeFileSync(`${box.home}/code`, codeAt(box.device, Date.now()))
  box.aws.faults.next.push({ kind: { slowMs: 60_000 }, action: 'GetSessionToken' })
  const holder = box.start(['login', ...WORK])
  while (
    !box.read('config').includes('mfa_serial') ||
    !existsSync(box.path('mfa-login/cache')) ||
    !readdirSync(box.path('mfa-login/cache')).some((name) => name.endsWith('.sent'))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const waiting = ['a', 'b', 'c'].map(async () => box.run(['login', ...WORK]))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  writeFileSync(`${box.home}/code`, codeAt(box.device, Date.now() + 30_000))
  holder.kill('SIGKILL')
  const killedAt = Date.now()
  const outcomes = await Promise.all(waiting)
  expect(Date.now() - killedAt).toBeLessThan(PATIENCE_MS)
  expect(
    outcomes.map(({ code, stderr }) => [code, stderr.includes('in profile work-mfa')]),
  ).toEqual(Array(3).fill([0, true]))
  expect(box.calls().filter((outcome) => outcome === 'OK')).toHaveLength(1)
  const { stderr } = outcomes[0]!
  await box.aws.close()
  rmSync(box.home, { recursive: true, force: true })
  return {
    what: 'the one of four logins that talks to STS is killed',
    line: lineOf(box, stderr),
    exit: 0,
    held: 'one of the others took over at once with the next code, the rest took its session: one call in all',
  }
})
