/** Seeded random interleavings of all commands that change files, each held at its steps while others run. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createAccount } from '../../src/local-aws/index.ts'
import { Sandbox } from '../support/sandbox.ts'
import { hasOtherReader, startKeyring } from '../support/keyring.ts'
import { HeldRun } from './held-run.ts'
import { Random } from './random.ts'
import { World } from './world.ts'

const WORK = ['--profile', 'work']
/** Exit codes of a refusal, a connection that ended while a run was held, or a "no"; null for a killed run. */
const ALLOWED = [0, 3, 4, 5, 130, null]
const MOST_RUNS = 4

const COMMANDS: readonly (readonly string[])[] = [
  ['login', ...WORK],
  ['login', ...WORK, '--force'],
  ['login', ...WORK, '--to', 'day', '--force'],
  ['credential-process', ...WORK],
  ['setup', ...WORK],
  ['setup', ...WORK, '--yes'],
  ['setup', ...WORK, '--undo'],
  ['setup', ...WORK, '--undo', '--yes'],
  ['import'],
  ['import', '--yes'],
  ['keys', 'rotate', ...WORK],
  ['keys', 'rotate', ...WORK, '--yes'],
  ['keys', 'rotate', ...WORK, '--yes'],
  ['keys', 'remove', ...WORK],
  ['logout', ...WORK],
  ['logout', '--all'],
]
const STORE = ['keys', 'store', ...WORK]
const RESTORE = [...STORE, '--restore']
const WITH_KEYRING = [...COMMANDS, STORE, STORE, RESTORE]

/** After a round, each of these has to work. */
const AFTERWARDS: readonly (readonly string[])[] = [
  ['import', '--yes'],
  ['keys', 'rotate', ...WORK, '--yes'],
  ['setup', ...WORK, '--yes'],
  ['credential-process', ...WORK],
  ['setup', ...WORK, '--undo', '--yes'],
  ['login', ...WORK, '--force'],
  ['logout', '--all'],
]

export interface Counts {
  rounds: number
  steps: number
  runs: number
  holds: number
  questions: number
  kills: number
}

/**
 * Plays rounds in parallel until `isOver`, each with the next seed. Throws an Error that names the seed of a round and
 * what happened in it.
 */
export async function play(
  seed: number,
  { lanes, stepsOfRound }: { readonly lanes: number; readonly stepsOfRound: number },
  isOver: (counts: Counts) => boolean,
): Promise<Counts> {
  const counts = { rounds: 0, steps: 0, runs: 0, holds: 0, questions: 0, kills: 0 }
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    do
      await playRound(seed + counts.rounds++, counts, stepsOfRound).catch((error: unknown) =>
        failures.push(error),
      )
    while (failures.length === 0 && !isOver(counts))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failures.length > 0) throw failures[0]
  return counts
}

async function playRound(seed: number, counts: Counts, steps: number): Promise<void> {
  const round = new Round(seed, counts)
  try {
    await round.play(steps)
  } catch (error) {
    const message = `seed ${seed}: ${(error as Error).message}\n${round.trace.join('\n')}`
    throw new Error(message, { cause: error })
  }
}

class Round {
  readonly trace: string[] = []
  readonly #random: Random
  readonly #counts: Counts
  #live: HeldRun[] = []
  #number = 0

  constructor(seed: number, counts: Counts) {
    this.#random = new Random(seed)
    this.#counts = counts
  }

  async play(steps: number): Promise<void> {
    const box = await Sandbox.start(createAccount())
    const keyring = `${box.home}-keyring`
    const codes = await serveCodes(box)
    try {
      const hasKeyring = hasOtherReader && this.#random.isLikely(60)
      if (hasKeyring) await startKeyring({ home: keyring, env: box.env }, 'unlocked')
      this.#prepare(box, codes.line)
      const world = new World(box, hasKeyring)
      for (let step = 0; step < steps; step += 1) await this.#step(world)
      await this.#finish(world)
    } finally {
      for (const run of this.#live) await run.kill()
      codes.close()
      await box.close()
      rmSync(keyring, { recursive: true, force: true })
    }
  }

  /** The keys in one of the layouts in which tools leave them. */
  #prepare(box: Sandbox, codes: string): void {
    const holder = this.#random.pick(['work', 'work', 'work-long-term'])
    const others = this.#random.isLikely(30) ? `\n${box.keysSection('same')}` : ''
    const process = this.#random.isLikely(20) ? 'credential_process = aws-vault export work\n' : ''
    const serial = this.#random.isLikely(50) ? `mfa_serial = ${box.device.serialNumber}\n` : ''
    box.write('credentials', `# mine\n${box.keysSection(holder)}${others}`)
    box.write('config', `[profile work]\nregion = eu-west-1\n${serial}${codes}${process}`)
    if (this.#random.isLikely(20)) {
      box.write('config', `${box.read('config')}\n${box.keysSection('profile third')}`)
    }
  }

  async #step(world: World): Promise<void> {
    this.#counts.steps += 1
    const waiting = this.#live.filter(({ state }) => state === 'held' || state === 'asking')
    const isFull = this.#live.length >= MOST_RUNS
    const mayGoOn = waiting.length > 0
    if (mayGoOn && (isFull || this.#random.isLikely(75))) {
      await this.#goOn(world, this.#random.pick(waiting))
    } else if (isFull) {
      for (const run of this.#live) await this.#settle(world, run)
    } else {
      await this.#start(world)
    }
    await this.#check(world)
  }

  /** Waits until a run does nothing, perhaps because of the lock of another one. */
  async #settle(world: World, run: HeldRun): Promise<void> {
    const others = this.#live.filter((each) => each !== run)
    await run.settle(() => others.length > 0 && world.isLocked())
  }

  async #start(world: World): Promise<void> {
    const args = this.#random.pick(world.hasKeyring ? WITH_KEYRING : COMMANDS)
    const at = this.#random.isLikely(85) ? 1 + this.#random.integer(30) : 0
    const run = new HeldRun(world.box, (this.#number += 1), args, at)
    this.#counts.runs += 1
    this.#live.push(run)
    // Sometimes the next one starts at the same time.
    if (this.#random.isLikely(85)) await this.#settle(world, run)
    this.#note(run, 'started')
  }

  async #goOn(world: World, run: HeldRun): Promise<void> {
    if (this.#random.isLikely(4)) {
      this.#note(run, 'killed')
      this.#counts.kills += 1
      await run.kill()
    } else if (run.state === 'held') {
      this.#counts.holds += 1
      run.release(this.#random.isLikely(90) ? 1 + this.#random.integer(12) : 0)
    } else {
      this.#counts.questions += 1
      await this.#answer(world, run)
    }
    await this.#settle(world, run)
    this.#note(run, 'went on')
  }

  async #answer(world: World, run: HeldRun): Promise<void> {
    // The last one: before a second question the screen has the first, answered.
    const asked = Array.from((run.question ?? '').matchAll(/Remove the keys …(\w{4})/g))
    const key = asked.at(-1)?.[1]
    const isYes = this.#random.isLikely(key === undefined ? 80 : 40)
    if (isYes && key !== undefined) {
      for (const id of world.secrets.keys()) if (id.endsWith(key)) world.removed.add(id)
    }
    this.#note(run, isYes ? 'yes' : 'no')
    await run.answer(isYes ? 'y' : 'n')
  }

  async #check(world: World, args: readonly string[] = []): Promise<void> {
    const all = [args, ...this.#live.map((run) => run.args)]
    const isRestoring = all.some((each) => each.includes('--restore'))
    for (const run of this.#live.filter(({ state }) => state === 'ended')) {
      const { code = null } = run
      if (!ALLOWED.includes(code)) {
        throw new Error(`${run.args.join(' ')} ended with ${code}:\n${run.text}`)
      }
    }
    this.#live = this.#live.filter(({ state }) => state !== 'ended')
    const problem = await this.#findProblem(world, isRestoring)
    if (problem !== undefined) throw new Error(`${problem}\n${world.box.read('credentials')}`)
    if (this.#live.length === 0 && world.named().length === 0) this.#giveKeysBack(world)
  }

  /** Looks again while a run goes on: it may have changed one place after another was looked at. */
  async #findProblem(world: World, isRestoring: boolean): Promise<string | undefined> {
    for (let looks = 0; ; looks += 1) {
      const problem = world.problem(isRestoring)
      const isChanging = this.#live.some(({ state }) => state === 'running')
      if (problem === undefined || !isChanging || looks === 5) return problem
      for (const run of this.#live) if (run.state === 'running') await run.settle(() => true)
    }
  }

  /** What a person does after `keys remove`. */
  #giveKeysBack(world: World): void {
    const { box } = world
    const { oldKeyId, newKeyId, isStored } = world.journals()[0] ?? {}
    const wanted = isStored === true ? newKeyId : oldKeyId
    const keys = box.user.keys.filter(({ status }) => status === 'Active')
    const key = keys.find(({ accessKeyId }) => accessKeyId === wanted) ?? keys[0]!
    this.trace.push(`${key.accessKeyId} is given back`)
    world.giveBack(key.accessKeyId)
    // Not beside the session that a section may have.
    const text = box.read('credentials')
    const isThere = (name: string): boolean => text.includes(`[${name}]\n`)
    const section = isThere('work') ? 'work-long-term' : 'work'
    const header = `[${section}]\n`
    const whole = isThere(section) ? text : `${text}\n${header}`
    const { accessKeyId, secretAccessKey } = key
    const lines = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
    box.write('credentials', whole.replace(header, `${header}${lines}`))
  }

  /** Lets all runs end, and then expects every command to work. */
  async #finish(world: World): Promise<void> {
    while (this.#live.length > 0) {
      for (const run of this.#live) {
        if (run.state === 'held') run.release(0)
        if (run.state === 'asking') await run.answer('n')
      }
      for (const run of this.#live) await run.settle(() => true)
      await this.#check(world)
    }
    for (const args of [...AFTERWARDS, ...(world.hasKeyring ? [STORE, RESTORE] : [])]) {
      const { code, stderr } = await world.box.run(args)
      this.trace.push(`${args.join(' ')} at the end: ${code}`)
      if (code !== 0) throw new Error(`${args.join(' ')} fails at the end:\n${stderr}`)
      await this.#check(world, args)
    }
  }

  #note(run: HeldRun, what: string): void {
    this.trace.push(`${run.args.join(' ')}: ${what}, ${run.place} ${run.code ?? ''}`)
  }
}

/** An `mfa_process` line. Its program gets an unused code; the clock goes on where AWS accepts none yet. */
async function serveCodes(box: Sandbox): Promise<{ line: string; close: () => void }> {
  let last = 0
  const STEP_MS = 30_000
  box.freshStep(0)
  const server = createServer((_, response) => {
    const now = (): number => Math.floor(box.now() / STEP_MS)
    const step = Math.max(now() - 1, last + 1)
    while (step > now() + 1) box.freshStep(STEP_MS + 1)
    last = step
    response.end(box.code((step - now()) as -1 | 0 | 1))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const program = `${box.home}/code.mjs`
  writeFileSync(
    program,
    `process.stdout.write(await (await fetch('http://127.0.0.1:${port ?? 0}')).text() + '\\n')`,
  )
  return {
    line: `mfa_process = env -u NODE_OPTIONS ${process.execPath} ${program}\n`,
    close: () => server.close(),
  }
}
