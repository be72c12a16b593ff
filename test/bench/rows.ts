/** The rows of the benchmark and what they are compared with. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { EXECUTABLE } from './machine.ts'
import { PROGRAM, type Home, type Stage } from './stage.ts'
import type { Group, ProcessRow, Row } from './timing.ts'

const NODE = process.execPath
const ANSWER = /^\{"Version":1,.*"SessionToken":".*Z"\}$/
const NOTHING = /^$/
const ANYTHING = /^/
const HIT = [NODE, PROGRAM, 'credential-process', '--profile', 'work']
const CROWD = 64
const AWS = 'aws sts get-session-token'
const LOGIN = 'login --token-code'

/** For short processes, many starts make a sample. */
const STARTS = { shell: 20, node: 4 }

export interface Homes {
  readonly one: Home
  readonly many: Home
  /** A home with an encrypted session; undefined if there is no keyring. */
  readonly encrypted: Home | undefined
}

export function groupsOf({ serial }: Stage, homes: Homes, rounds: number): Group[] {
  const { one } = homes
  const few = Math.ceil(rounds / 4)
  return [
    {
      title: 'A hit through the line that setup writes, against cat of a file with the answer',
      rows: lineRows(homes),
      rounds,
    },
    ...(homes.encrypted === undefined
      ? []
      : [
          {
            title: 'A hit whose session is encrypted, against one in plain text',
            rows: encryptedRows(one, homes.encrypted),
            rounds: few,
          },
        ]),
    { title: 'A hit through Node, against node -e 0', rows: nodeRows(homes), rounds },
    {
      title: 'A login with a code, against node -e 0',
      rows: loginRows(serial, homes),
      rounds: few,
    },
    {
      title: 'Daily commands with a cached session, against node -e 0',
      rows: dailyRows(one),
      rounds,
    },
    {
      title: 'Commands among 10,000 profiles, against node -e 0',
      rows: largeRows(homes),
      rounds: few,
    },
    { title: `${CROWD} at once`, rows: crowdRows(one), rounds: few },
    ...(existsSync(EXECUTABLE) ? [executableGroup(one, few)] : []),
  ]
}

function lineRows({ one, many }: Homes): Row[] {
  const line = { starts: STARTS.shell, prints: ANSWER }
  return [
    { name: 'cat FILE', command: ['cat', one.answer], env: one.env, ...line },
    {
      name: 'the line',
      command: one.processLine('work'),
      env: one.env,
      ...line,
      targets: [{ atMost: 4 }],
    },
    { name: 'of a role profile', command: one.processLine('admin'), env: one.env, ...line },
    {
      name: 'with 10,000 profiles',
      command: many.processLine('work'),
      env: many.env,
      ...line,
      targets: [{ atMost: 1.1, of: 'the line' }],
    },
  ]
}

function nodeRows({ one, many }: Homes): Row[] {
  const hit = { starts: STARTS.node, prints: ANSWER }
  const admin = [...HIT.slice(0, -1), 'admin']
  return [
    bareNode(one, STARTS.node),
    { name: 'credential-process', command: HIT, env: one.env, ...hit, targets: [{ atMost: 1.15 }] },
    { name: 'of a role profile', command: admin, env: one.env, ...hit },
    {
      name: 'with -p',
      command: HIT.map((word) => (word === '--profile' ? '-p' : word)),
      env: one.env,
      ...hit,
      targets: [{ atMost: 1.1, of: 'credential-process' }],
    },
    {
      name: 'with 10,000 profiles',
      command: HIT,
      env: many.env,
      ...hit,
      targets: [{ atMost: 1.1, of: 'credential-process' }],
    },
    {
      name: 'prompt',
      command: [NODE, PROGRAM, 'prompt'],
      env: { ...one.env, AWS_PROFILE: 'work' },
      starts: STARTS.node,
      prints: /^work$/,
    },
  ]
}

/** GNOME Keyring has the key. */
function encryptedRows(plain: Home, encrypted: Home): Row[] {
  const hit = { starts: STARTS.node, prints: ANSWER }
  const line = (home: Home) => ({ command: home.processLine('work'), env: home.env })
  return [
    { name: 'the line', ...line(plain), ...hit, starts: STARTS.shell },
    { name: 'the line, encrypted', ...line(encrypted), ...hit },
    bareNode(plain, STARTS.node),
  ]
}

function bareNode({ env }: Pick<Home, 'env'>, starts: number): Row {
  return { name: 'node -e 0', command: [NODE, '-e', '0'], env, starts, prints: NOTHING }
}

function loginRows(serial: string, { one, many }: Homes): Row[] {
  const login = (name: string, home: Home): Row => loginRow(name, home, [NODE, PROGRAM])
  const rows = [
    bareNode(one, 1),
    { ...login(LOGIN, one), targets: [{ atMost: 0.3, of: AWS }] },
    { ...login('with 10,000 profiles', many), targets: [{ atMost: 1.5, of: LOGIN }] },
  ]
  const aws = awsCli()
  if (aws === undefined) return rows
  const call = [
    'sts',
    'get-session-token',
    '--serial-number',
    serial,
    '--output',
    'text',
    '--region',
    'eu-west-1',
  ]
  const cli: Row = {
    name: AWS,
    command: [
      aws,
      '--profile',
      'work-long-term',
      '--endpoint-url',
      one.env.AWS_ENDPOINT_URL ?? '',
      ...call,
    ],
    env: one.env,
    starts: 1,
    prints: /^CREDENTIALS/,
    prepare: () => ['--token-code', one.freshCode()],
  }
  return [...rows, cli]
}

function loginRow(name: string, home: Home, program: readonly string[]): Row {
  return {
    name,
    command: [...program, 'login', '--profile', 'work', '--force'],
    env: home.env,
    starts: 1,
    prints: /^export AWS_PROFILE=work$/,
    prepare: () => ['--token-code', home.freshCode()],
  }
}

function executableGroup(home: Home, rounds: number): Group {
  const hit = { env: home.env, starts: STARTS.node, prints: ANSWER }
  return {
    title: 'The executable with Node in it, against node -e 0',
    rounds,
    rows: [
      bareNode(home, STARTS.node),
      { name: 'a hit', command: [EXECUTABLE, ...HIT.slice(2)], ...hit },
      loginRow(LOGIN, home, [EXECUTABLE]),
    ],
  }
}

function dailyRows({ env }: Home): Row[] {
  const row = (name: string, words: readonly string[], prints: RegExp): Row => ({
    name,
    command: [NODE, PROGRAM, ...words],
    env,
    starts: STARTS.node,
    prints,
    targets: [{ atMost: 1.5 }],
  })
  return [
    bareNode({ env }, STARTS.node),
    row('exec -- true', ['exec', '-p', 'work', '--', 'true'], NOTHING),
    row('env', ['env', '-p', 'work', '--shell', 'json'], /^ *["{}]/),
    row('status', ['status', '--json'], /^ *["{}[\]]/),
    row('use', ['use', 'work', '--shell', 'bash'], /^(unset \w+|export AWS_PROFILE='work')$/),
  ]
}

/** Whole commands where both files are large: time, and the most memory that one start had. */
function largeRows({ one, many }: Homes): Row[] {
  const row = (name: string, words: readonly string[], more: Partial<ProcessRow> = {}): Row => ({
    name,
    command: [NODE, PROGRAM, ...words],
    env: many.env,
    starts: 1,
    prints: ANYTHING,
    targets: [{ atMost: 20 }],
    megabytesAtMost: 120,
    ...more,
  })
  const login = ['login', '--profile', 'plain', '--force']
  return [
    bareNode(one, 1),
    row('a first login', login, { prepare: () => ['--token-code', many.freshCode()] }),
    row('setup --dry-run', ['setup', '--profile', 'plain', '--dry-run']),
    row('import --dry-run', ['import', '--dry-run']),
    row('doctor', ['doctor', '--profile', 'work'], { exitCodes: [0, 1] }),
    row('status', ['status']),
    row('keys list', ['keys', 'list']),
    row('env', ['env', '-p', 'work', '--shell', 'json']),
  ]
}

/** The AWS CLI itself where PATH names a version manager's stand-in. */
function awsCli(): string | undefined {
  const ask = (file: string, ...args: string[]): string =>
    execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const found = ask('/bin/sh', '-c', 'command -v aws')
    return found.includes('/shims/') ? ask('pyenv', 'which', 'aws') : found
  } catch {
    return undefined
  }
}

function crowdRows(home: Home): Row[] {
  const crowd = { env: home.env, starts: CROWD, atOnce: true, prints: ANSWER }
  const bare = `node -e 0, ${CROWD} times`
  const prepare = (): string[] => {
    home.forgetSessions()
    return []
  }
  return [
    { ...bareNode(home, CROWD), name: bare, atOnce: true },
    { name: 'hits through the line', command: home.processLine('work'), ...crowd },
    { name: 'hits through Node', command: HIT, ...crowd },
    { name: 'one miss', command: HIT, ...crowd, starts: 1, prepare },
    {
      name: 'misses',
      command: HIT,
      ...crowd,
      prepare,
      targets: [{ atMost: 1.2, of: [bare, 'one miss'] }],
    },
  ]
}
