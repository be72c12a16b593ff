import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  constants,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printing } from '../support/codes.ts'
import { answers, program, runsOf } from '../support/asking.ts'
import { has } from '../support/programs.ts'
import {
  outcomeOf,
  COMMAND,
  PROGRAM,
  sandbox,
  type Outcome,
  type Sandbox,
  type TerminalRun,
} from '../support/sandbox.ts'

const EXEC = ['exec', '--profile', 'work', '--server', '--']

/** A command that sends requests to the server as SDKs do until the response changes, and prints the responses. */
function asking(
  times = 1,
  token = 'process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN',
  path = '',
): string[] {
  const script = `
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, ...env } = process.env
    const answers = []
    for (let i = 0; i < ${times}; i += 1) {
      const answer = await fetch(url + '${path}', { headers: { authorization: ${token} } })
      answers.push({ status: answer.status, body: await answer.json() })
      if (answers.at(-1).body.AccessKeyId !== answers[0].body.AccessKeyId) break
      if (i < ${times} - 1) await new Promise((resolve) => setTimeout(resolve, 500))
    }
    console.log(JSON.stringify({ url, env, answers }))`
  return [process.execPath, '--input-type=module', '-e', script]
}

interface Report {
  readonly url: string
  readonly env: Record<string, string>
  readonly answers: { status: number; body: Record<string, string> }[]
}

const reportOf = ({ code, stdout, stderr }: Outcome): Report => {
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Report
}

/** Runs the command of its arguments once stdin has ended. */
const GATE = `
  console.error('ready')
  const [program, ...args] = process.argv.slice(1)
  const stdio = ['ignore', 'inherit', 'inherit']
  process.stdin.resume().on('end', () =>
    require('node:child_process')
      .spawn(program, args, { stdio })
      .on('exit', (code) => process.exit(code ?? 1)))`

/** Starts exec, changes the cache and only then starts the command. */
async function after(
  box: Sandbox,
  change: () => void,
  command: string[],
  { exec = EXEC, node = process.execPath } = {},
): Promise<Outcome> {
  const gate = [process.execPath, '-e', GATE, '--']
  const words = [PROGRAM, ...exec, ...gate, ...command]
  const run = spawn(node, words, { env: box.env, detached: true })
  const outcome = outcomeOf(run)
  await once(run.stderr, 'data')
  change()
  run.stdin.end('go\n')
  return outcome
}

/** Logged in, with an `mfa_process` that prints another code than the login used. */
async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep(15_000)
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', box.code(-1)])
  expect(code, stderr).toBe(0)
  box.write('code', box.code(1))
  box.write('config', `${box.read('config')}mfa_process = ${printing(box.path('code'))}\n`)
  return box
}

/** Changes when the cached session expires, as if it were older. */
function cachedEnds(box: Sandbox, inSeconds: number): void {
  const folder = box.path('mfa-login/cache')
  const name = readdirSync(folder).find((each) => each.endsWith('.json'))!
  const session = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>
  const iso = (seconds: number): string =>
    new Date(box.now() + seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z')
  const changed = { ...session, expiration: iso(inSeconds), obtainedAt: iso(inSeconds - 43_200) }
  writeFileSync(join(folder, name), JSON.stringify(changed))
}

describe('exec --server', () => {
  it('serves the session to processes with the token and does not put it into the environment', async () => {
    const box = await loggedIn()
    const env = { AWS_SESSION_EXPIRATION: 'old', AWS_PROFILE: 'x' }
    const { url, env: seen, answers } = reportOf(await box.run([...EXEC, ...asking()], { env }))
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const [{ status, body } = { status: 0, body: {} }] = answers
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual([
      'AccessKeyId',
      'Expiration',
      'SecretAccessKey',
      'Token',
    ])
    expect(box.read('credentials')).toContain(`aws_session_token = ${body.Token ?? ''}\n`)
    expect(seen).toMatchObject({ AWS_REGION: 'eu-west-1', MFA_LOGIN_EXEC: 'work' })
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN', ...Object.keys(env)]) {
      expect(seen).not.toHaveProperty(name)
    }
  })

  it('refuses requests without the token, with a wrong one, and for other paths', async () => {
    const box = await loggedIn()
    for (const [token, path, status] of [
      ['"x"', '', 403],
      ['""', '', 403],
      ['process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN', 'other', 404],
    ] as const) {
      const { answers } = reportOf(await box.run([...EXEC, ...asking(1, token, path)]))
      expect(answers).toEqual([{ status, body: {} }])
    }
  })

  it('serves a session that expires soon at once, and the new one later', async () => {
    const box = await loggedIn()
    const outcome = await after(box, () => cachedEnds(box, 300), asking(30))
    const { answers } = reportOf(outcome)
    const [first, second] = [answers[0], answers.at(-1)]
    expect(first?.status).toBe(200)
    expect(second?.body.AccessKeyId).not.toBe(first?.body.AccessKeyId)
    expect(Date.parse(second?.body.Expiration ?? '')).toBeGreaterThan(box.now() + 11 * 3_600_000)
    expect(box.calls()).toEqual(['OK', 'OK'])
  })

  it('renews an expired session, and says why if it cannot', async () => {
    const box = await loggedIn()
    const good = await after(box, () => cachedEnds(box, -10), asking())
    expect(reportOf(good).answers[0]?.status).toBe(200)

    const outcome = await after(
      box,
      () => {
        cachedEnds(box, -10)
        box.write('code', 'none')
      },
      asking(2),
    )
    expect(reportOf(outcome).answers.map(({ status }) => status)).toEqual([500, 500])
    // mfa_process ran once: the second request came too soon after the failure.
    expect(outcome.stderr.split('did not print a six-digit code')).toHaveLength(2)
  })

  it('keeps serving the old session and prints a message if a renewal cannot start', async () => {
    const box = await loggedIn()
    const node = box.path('node.exe')
    copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE)
    const change = (): void => {
      cachedEnds(box, 300)
      // As an update of Node removes the old executable.
      renameSync(node, box.path('old.exe'))
    }
    const outcome = await after(box, change, asking(2), { node })
    expect(reportOf(outcome).answers.map(({ status }) => status)).toEqual([200, 200])
    const why = `the session was not renewed: There is no command ${JSON.stringify(node)}.`
    expect(outcome.stderr.split(why)).toHaveLength(2)
  })

  it('asks for the code of a renewal with the prompt that --prompt names', async () => {
    const box = await loggedIn()
    program(box, 'kdialog')
    answers(box, box.code(1))
    box.env.DISPLAY = ':99'
    const exec = ['exec', '--profile', 'work', '--prompt', 'kdialog', '--server', '--']
    const outcome = await after(box, () => cachedEnds(box, -10), asking(), { exec })
    expect(reportOf(outcome).answers[0]?.status).toBe(200)
    expect(runsOf(box, 'kdialog')).toHaveLength(1)
  })

  it('exits with the command, also while it asks for a code', async () => {
    const box = await loggedIn()
    box.write(
      'config',
      box.read('config').replace(/mfa_process = .*/, () => `mfa_process = ${SLEEP}`),
    )
    const began = Date.now()
    const outcome = await after(box, () => cachedEnds(box, 300), asking())
    expect(reportOf(outcome).answers[0]?.status).toBe(200)
    expect(Date.now() - began).toBeLessThan(20_000)
  })

  it('lets mfa-login prompt show the time left of the session that it serves', async () => {
    const box = await loggedIn()
    // Also if the command does not see the credentials file.
    box.write('credentials', `${box.read('credentials')}${box.keysSection('default')}`)
    const prompt = [process.execPath, PROGRAM, 'prompt']
    const { code, stdout, stderr } = await box.run([...EXEC, ...prompt])
    expect({ code, stdout }, stderr).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^work 12 h\n$/) as string,
    })
    const later = await after(box, () => cachedEnds(box, 310), prompt)
    expect(later.stdout).toBe('work 6 min\n')
  })

  it('hides a default profile that would override the session', async () => {
    const box = await loggedIn()
    box.write('credentials', box.keysSection('default') + box.keysSection())
    const run = await box.run([...EXEC, ...asking()])
    expect(run.stderr).toContain(
      'the aws_access_key_id of its default profile would take precedence',
    )
    const { env } = reportOf(run)
    expect(env.AWS_SHARED_CREDENTIALS_FILE).toBe(process.platform === 'win32' ? 'NUL' : '/dev/null')
    expect(env).not.toHaveProperty('AWS_CONFIG_FILE')
  })

  it.runIf(has('aws', '--version'))(
    'works with the AWS CLI, also with keys in [default]',
    async () => {
      const box = await loggedIn()
      box.write('credentials', box.keysSection('default') + box.keysSection())
      const { code, stdout, stderr } = await box.run([
        ...EXEC,
        'aws',
        '--endpoint-url',
        box.aws.url,
        's3',
        'ls',
      ])
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('alice-notes')
    },
  )
})

/** Runs `ask.mjs` once the file `go` is there, and then reads a line. */
const WAIT = `
  import { existsSync } from 'node:fs'
  import { createInterface } from 'node:readline'
  const inHome = (name) => new URL(name, import.meta.url)
  console.log('ready')
  while (!existsSync(inHome('go'))) await new Promise((resolve) => setTimeout(resolve, 100))
  await import(inHome('ask.mjs'))
  createInterface({ input: process.stdin }).on('line', (line) => console.log('read: ' + line))`
const SLEEP = `"${process.execPath}" -e "setTimeout(() => {}, 60000)"`

describe('exec --server at a terminal, where a renewal needs a code', () => {
  const QUESTION = 'MFA code for work'
  const ELSEWHERE = 'Try: mfa-login --profile work --force in the foreground or in another terminal'

  /** Starts exec with a command that asks the server for credentials once the session has ended. */
  async function atTerminal(redirection = ''): Promise<{ box: Sandbox; run: TerminalRun }> {
    const box = await loggedIn()
    box.write('config', box.read('config').replace(/mfa_process.*\n/, ''))
    writeFileSync(`${box.home}/ask.mjs`, asking().at(-1)!)
    writeFileSync(`${box.home}/wait.mjs`, WAIT)
    const command = `"${process.execPath}" "${box.home}/wait.mjs"`
    const run = box.terminal(`${COMMAND} ${EXEC.join(' ')} ${command} ${redirection}`, {
      columns: 300,
    })
    await run.waitFor('ready')
    cachedEnds(box, -10)
    writeFileSync(`${box.home}/go`, '')
    return { box, run }
  }

  it('says what to run in another terminal, leaves the keys to the command, and serves that session', async () => {
    const { box, run } = await atTerminal()
    await run.waitFor(ELSEWHERE)
    run.type('for the command\r')
    const login = ['--profile', 'work', '--force', '--token-code', box.code(1)]
    expect((await box.run(login)).code).toBe(0)
    await run.waitFor('"status":200')
    await run.waitFor('read: for the command')
    expect(run.screen).not.toContain(QUESTION)
    run.kill()
  })

  it('asks on the terminal where the command has another stdin', async () => {
    const { box, run } = await atTerminal(`<${devNull}`)
    await run.answer(QUESTION, `${box.code(1)}\r`)
    await run.waitFor('"status":200')
    run.kill()
  })
})
