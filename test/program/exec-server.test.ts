import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answers, program, runsOf } from '../support/asking.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const EXEC = ['exec', '--profile', 'work', '--server', '--']

/** A command that asks the server as SDKs do, until the answer changes, and prints status and answers. */
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

/** Starts the command, and lets it ask once the cache is as the test wants it. */
async function after(
  box: Sandbox,
  change: () => void,
  command: string[],
  { exec = EXEC, node = process.execPath } = {},
): Promise<Outcome> {
  const gate = ['sh', '-c', 'echo ready >&2; read go; exec "$@"', 'sh']
  const words = [PROGRAM, ...exec, ...gate, ...command]
  const run = spawn(node, words, { env: box.env, detached: true })
  const outcome = outcomeOf(run)
  await once(run.stderr, 'data')
  change()
  run.stdin.end('go\n')
  return outcome
}

/** Logged in, with an `mfa_process` whose codes are not those of the login. */
async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep(15_000)
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', box.code(-1)])
  expect(code, stderr).toBe(0)
  box.write('code', box.code(1))
  box.write('config', `${box.read('config')}mfa_process = cat ${box.path('code')}\n`)
  return box
}

/** Makes the cached session older, or ends it soon. */
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
  it('serves the session to those who have the token, and keeps it from the environment', async () => {
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

  it('refuses without the token, with a wrong one, and other paths', async () => {
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

  it('gives a session that nears its end at once, and the new one after it', async () => {
    const box = await loggedIn()
    const outcome = await after(box, () => cachedEnds(box, 300), asking(30))
    const { answers } = reportOf(outcome)
    const [first, second] = [answers[0], answers.at(-1)]
    expect(first?.status).toBe(200)
    expect(second?.body.AccessKeyId).not.toBe(first?.body.AccessKeyId)
    expect(Date.parse(second?.body.Expiration ?? '')).toBeGreaterThan(box.now() + 11 * 3_600_000)
    expect(box.calls()).toEqual(['OK', 'OK'])
  })

  it('makes one where the session is over, and says why where it cannot', async () => {
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
    // Asked once: the second request came too soon after the failure.
    expect(outcome.stderr.split('did not print a six-digit code')).toHaveLength(2)
  })

  it('goes on, and says so, where a renewal cannot be started', async () => {
    const box = await loggedIn()
    const node = box.path('node')
    copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE)
    const change = (): void => {
      cachedEnds(box, 300)
      // As an update of Node takes it away.
      rmSync(node)
    }
    const outcome = await after(box, change, asking(2), { node })
    expect(reportOf(outcome).answers.map(({ status }) => status)).toEqual([200, 200])
    const why = `the session was not renewed: There is no command ${JSON.stringify(node)}.`
    expect(outcome.stderr.split(why)).toHaveLength(2)
  })

  it('asks for the code of a new one as --prompt says', async () => {
    const box = await loggedIn()
    program(box, 'kdialog')
    answers(box, box.code(1))
    box.env.DISPLAY = ':99'
    const exec = ['exec', '--profile', 'work', '--prompt', 'kdialog', '--server', '--']
    const outcome = await after(box, () => cachedEnds(box, -10), asking(), { exec })
    expect(reportOf(outcome).answers[0]?.status).toBe(200)
    expect(runsOf(box, 'kdialog')).toHaveLength(1)
  })

  it('ends with the command, also while it asks for a code', async () => {
    const box = await loggedIn()
    box.write('config', box.read('config').replace(/mfa_process = .*/, 'mfa_process = sleep 60'))
    const began = Date.now()
    const outcome = await after(box, () => cachedEnds(box, 300), asking())
    expect(reportOf(outcome).answers[0]?.status).toBe(200)
    expect(Date.now() - began).toBeLessThan(20_000)
  })

  it('lets prompt tell the time of the session that is served, as it is now', async () => {
    const box = await loggedIn()
    // Also where the command does not see the credentials file.
    box.write('credentials', `${box.read('credentials')}${box.keysSection('default')}`)
    const prompt = [process.execPath, PROGRAM, 'prompt']
    const { code, stdout, stderr } = await box.run([...EXEC, ...prompt])
    expect({ code, stdout }, stderr).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^work 11 h 59 min\n$/) as string,
    })
    const later = await after(box, () => cachedEnds(box, 310), prompt)
    expect(later.stdout).toBe('work 5 min\n')
  })

  it('hides a default profile that would win', async () => {
    const box = await loggedIn()
    box.write('credentials', box.keysSection('default') + box.keysSection())
    const run = await box.run([...EXEC, ...asking()])
    expect(run.stderr).toContain('the aws_access_key_id of its default profile would win')
    const { env } = reportOf(run)
    expect(env.AWS_SHARED_CREDENTIALS_FILE).toBe('/dev/null')
    expect(env).not.toHaveProperty('AWS_CONFIG_FILE')
  })

  it.runIf(has('aws', '--version'))('lets the AWS CLI in, beside keys in [default]', async () => {
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
  })
})
