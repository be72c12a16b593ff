/** Kills a command at each of its changes, then checks the files and the next run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { externalDataInterceptor, loadSharedConfigFiles } from '@smithy/shared-ini-file-loader'
import { parse } from 'ini'
import { expect } from 'vitest'
import { withLock } from '../../src/platform/files/lock.ts'
import { codeAt, type Account } from '../../src/local-aws/index.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { printing } from '../support/codes.ts'
import { expectPrivate } from '../support/private.ts'
import { hasKilledItself } from '../support/processes.ts'
import { accountWithRoles } from '../support/roles.ts'
import { outcomeOf, PROGRAM, Sandbox, type Outcome } from '../support/sandbox.ts'
import { startKeyring } from '../support/keyring.ts'
import { lineOf, type Seen } from './report.ts'

export const PRELOAD = new URL('./preload.mjs', import.meta.url).href
/** Exit code of the preload if it should kill within a change that has no middle. */
export const NO_MIDDLE = 99
const STEP = Number(process.env.FAULTS_STEP ?? '1')
const LANES = 4
/** Milliseconds. A waiting process must take the lock of a killed one at once; a run on an idle machine takes 500 ms. */
export const PATIENCE_MS = 15_000

const HEAD = '# mine\r\n[other]\r\nregion = x # home\r\n; end\r\n\r\n'
const MIDDLE = '[middle]\ns3 =\n  max = 10\n# about middle\n\n'
const TAIL = '[last]\nregion = y\n'

/** Runs the command, with the preload and these variables if it is to be killed. */
export type Run = (
  box: Sandbox,
  args: readonly string[],
  kill?: Record<string, string>,
) => Promise<Outcome & { readonly isKilled?: boolean }>

export interface Scene {
  /** The command that is killed and then run again with the next code. */
  readonly args: readonly string[]
  readonly config: (box: Sandbox) => string
  readonly credentials: (box: Sandbox) => string
  readonly account?: () => Account
  /** The commands that ran before. */
  readonly before?: readonly (readonly string[])[]
  /** Whether the sessions of the commands before are still in the cache. */
  readonly keepsCache?: boolean
  readonly isLinked?: boolean
  /** The message of the next run if the killed one had finished its work. */
  readonly doneAlready?: string
  /** Whether it is also killed before each request and at each response. */
  readonly hasRequests?: boolean
  /** Whether it has a keyring and is also killed before and after each change of the keyring. */
  readonly hasKeyring?: boolean
  /** Environment variables of every run. */
  readonly env?: Readonly<Record<string, string>>
  /** Restores state outside of the home, apart from codes. */
  readonly reset?: (box: Sandbox) => void
  readonly run?: Run
  /** The next run, if it is not the same as the first one. */
  readonly again?: Run
  /** Checks the state after a kill and after the next run. By default, the long-term keys must be there once. */
  readonly holds?: (box: Sandbox, after: 'kill' | 'next run') => void
  /** Describes that check for the table. */
  readonly held?: string
}

const process_ = (box: Sandbox) => `mfa_process = ${printing(`${box.home}/code`)}\n`
export const plainConfig = (box: Sandbox): string =>
  `[profile work]\nregion = eu-west-1\n${process_(box)}\n`

/** Kills a command at all its changes. Several lanes take the next change in turn until one is after the last. */
export async function killedEverywhere(scene: Scene): Promise<Seen> {
  let [next, end, kills] = [0, Infinity, 0]
  const again = new Set<string>()
  const lane = async (): Promise<void> => {
    const box = await rig(scene.account)
    const keyring = `${box.home}-keyring`
    try {
      if (scene.hasKeyring) await startKeyring({ home: keyring, env: box.env })
      Object.assign(box.env, scene.env)
      while (next < end) {
        const place = 1 + STEP * next++
        let hows = ['before', 'within', 'after']
        for (let how = hows.shift(); how !== undefined; how = hows.shift()) {
          const came = await killedOnce(box, scene, place, how, again)
          if (came !== 'whole' && came !== 'no middle') kills += 1
          if (came === 'killed, has no middle') hows = ['after']
          if (came === 'whole') {
            end = Math.min(end, (place - 1) / STEP)
            hows = []
          }
        }
      }
    } finally {
      await box.close()
      rmSync(keyring, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(kills).toBeGreaterThan(12 / STEP)
  const places = `${Math.round(end * STEP)} changes to files${scene.hasKeyring ? ' and the keyring' : ''}${scene.hasRequests ? ', and requests,' : ''}`
  return {
    what: `SIGKILL before and after each, and within each write, of the ${places} of \`mfa-login ${scene.args.join(' ')}\`, ${kills} times in all; then the same command${scene.args.includes('store') ? ' again' : ' with the next code'}`,
    line: '',
    exit: 137,
    held: `no byte of other sections lost, ${scene.held ?? 'keys there once'}, files read by \`ini\` and the SDK, no code sent twice, no lock in the way; the next run: ${[...again].sort().join('; ')}; after \`logout --all\` no session is left on the disk`,
  }
}

export async function rig(account = accountWithRoles): Promise<Sandbox> {
  return Sandbox.start(account())
}

async function killedOnce(
  box: Sandbox,
  scene: Scene,
  place: number,
  how: string,
  again: Set<string>,
): Promise<'killed' | 'killed, has no middle' | 'whole' | 'no middle'> {
  const at = `${how} ${place}`
  const showCode = await setTheScene(box, scene)
  const middle = `${box.home}/has-middle`
  const kill = {
    FAULT_AT: String(place),
    FAULT_HOW: how,
    FAULT_MIDDLE: middle,
    FAULT_REQUESTS: String(scene.hasRequests ?? false),
    FAULT_KEYRING: String(scene.hasKeyring ?? false),
  }
  const first = await (scene.run ?? runs)(box, scene.args, kill)
  await intact(box, scene, 'kill')
  if (first.isKilled !== true) {
    if (first.code === NO_MIDDLE) return 'no middle'
    expect(first.code, `${at}: ${first.stderr}`).toBe(0)
    return 'whole'
  }
  const isLast = how === 'before' && !existsSync(middle)
  showCode(1)
  const restarted = Date.now()
  const second = await (scene.again ?? scene.run ?? runs)(box, scene.args)
  if (scene.run === undefined) expect(Date.now() - restarted).toBeLessThan(PATIENCE_MS)
  again.add(describeOutcome(box, scene, second, at))
  await intact(box, scene, 'next run')
  expect(box.calls(), at).not.toContain('AccessDenied')
  await nothingInTheWay(box)
  await leavesNoSession(box, at)
  return isLast ? 'killed, has no middle' : 'killed'
}

/** Resets the home. Returns a function that sets the code for mfa_process. */
async function setTheScene(box: Sandbox, scene: Scene): Promise<(step: number) => void> {
  for (const name of readdirSync(box.home)) rmSync(`${box.home}/${name}`, { recursive: true })
  scene.reset?.(box)
  const text = scene.config(box)
  const [middle, tail] = ['[profile middle]', '[profile last]']
  const rest = MIDDLE.replace('[middle]', middle) + TAIL.replace('[last]', tail)
  box.write('config', HEAD + text + rest)
  box.write('credentials', HEAD + scene.credentials(box) + MIDDLE + TAIL)
  if (scene.isLinked) linkAway(box, 'credentials')
  const began = box.now()
  const [device] = box.user.devices
  const showCode = (step: number): void => {
    if (device !== undefined) {
      box.giveCode(codeAt(device, began + step * 30_000))
    }
  }
  for (const [index, args] of (scene.before ?? []).entries()) {
    device?.usedSteps.clear()
    showCode(index)
    const { code, stderr } = await box.run(args)
    expect(code, stderr).toBe(0)
    if (!scene.keepsCache) rmSync(cacheOf(box), { recursive: true, force: true })
  }
  if (!scene.keepsCache) device?.usedSteps.clear()
  box.aws.requests.splice(0)
  showCode(0)
  return showCode
}

const runs: Run = async (box, args, kill) => {
  const preload = kill === undefined ? [] : ['--import', PRELOAD]
  const child = spawn(process.execPath, [...preload, PROGRAM, ...args], {
    env: { ...box.env, ...kill },
    detached: true,
  })
  const [outcome, end] = await Promise.all([
    outcomeOf(child),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ])
  return { ...outcome, isKilled: hasKilledItself(...end) }
}

function cacheOf(box: Sandbox): string {
  return `${box.home}/.aws/mfa-login/cache`
}

function linkAway(box: Sandbox, name: string): void {
  const text = box.read(name)
  mkdirSync(`${box.home}/dotfiles`)
  writeFileSync(`${box.home}/dotfiles/${name}`, text, { mode: 0o600 })
  rmSync(box.path(name))
  symlinkSync(`../dotfiles/${name}`, box.path(name))
}

function describeOutcome(
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

async function intact(box: Sandbox, scene: Scene, after: 'kill' | 'next run'): Promise<void> {
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
  if (scene.isLinked) expect(lstatSync(box.path('credentials')).isSymbolicLink()).toBe(true)
  if (scene.holds !== undefined) {
    scene.holds(box, after)
    return
  }
  const { secretAccessKey, accessKeyId } = box.key
  for (const part of [secretAccessKey, accessKeyId]) {
    expect(texts.join('').split(part), 'long-term keys').toHaveLength(2)
  }
}

/** Reads a file with the loader of the AWS SDK for JavaScript. */
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

const isTemporary = (path: string): boolean => /\.mfa-login-\d+-[\da-f]{24}$/.test(path)

/**
 * Checks that no temporary file is left beside the two files, and none in the cache that others may read, and that the
 * lock of a killed process can be taken at once.
 */
async function nothingInTheWay(box: Sandbox): Promise<void> {
  const folders = ['.aws', 'dotfiles', '.aws/mfa-login/cache'].map((name) => `${box.home}/${name}`)
  const left = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  const temporary = left.filter(isTemporary)
  expect(temporary.filter((path) => !path.startsWith(cacheOf(box)))).toEqual([])
  for (const path of temporary) expectPrivate(path)
  for (const lock of left.filter((path) => path.endsWith('.mfa-login-lock'))) {
    const began = Date.now()
    expect(await withLock(lock, () => Promise.resolve('mine'))).toBe('mine')
    expect(Date.now() - began).toBeLessThan(2000)
  }
}

/** Checks that no session is left on the disk after a logout, wherever the run was killed. */
async function leavesNoSession(box: Sandbox, at: string): Promise<void> {
  const { code, stderr } = await box.run(['logout', '--all'])
  expect(code, `${at}: ${stderr}`).toBe(0)
  for (const entry of readdirSync(box.home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || path.startsWith(join(box.home, 'code'))) continue
    expect(isTemporary(path), `${at}: ${path}`).toBe(false)
    expect(readFileSync(path, 'utf8'), `${at}: ${path}`).not.toMatch(
      /ASIA[A-Z2-7]{16}|session_?token/i,
    )
  }
}
