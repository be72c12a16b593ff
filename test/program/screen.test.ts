/** What a terminal shows of messages and reports; a pipe gets neither color nor broken lines. */
import { describe, expect, it } from 'vitest'
import { auditAccount } from '../support/audit-account.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const RED = '\u001B[31m'
const GREEN = '\u001B[32m'
const YELLOW = '\u001B[33m'
const HOLE = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Sid": "refused"}}'

async function shown(box: Sandbox, line: string, columns = 200): Promise<string> {
  const run = box.terminal(line.replaceAll('mfa-login ', `${process.execPath} ${PROGRAM} `), {
    columns,
  })
  await run.exit
  return run.screen
}

async function withPolicy(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('hole.json', HOLE)
  return box
}

describe.skipIf(notOnWindows('raw terminal output'))('color', () => {
  it('is on verdicts in a report, and on the name before an error', async () => {
    const box = await withPolicy()
    const check = await shown(box, `mfa-login policy check ${box.path('hole.json')}`)
    expect(check).toMatch(/^\u001B\[1m\u001B\[31merror\u001B\[39m\u001B\[22m no-mfa-deny/m)
    expect(check).toContain(`${GREEN}allowed\u001B[39m (refused)`)
    expect(check.split(RED).length - 1).toBe(check.match(/^\S*error\S* \w/gm)!.length)
    const doctor = await shown(box, 'mfa-login doctor nobody')
    expect(doctor).toContain(`${RED}error\u001B[39m\u001B[22m profile-missing`)
    const missing = await shown(box, 'mfa-login login nobody')
    expect(missing).toMatch(
      /^\u001B\[1m\u001B\[31mmfa-login:\u001B\[39m\u001B\[22m There is no profile/,
    )
  })

  it('is on an expired session, and on a warning', async () => {
    const box = await sandbox()
    const session =
      '[work-mfa]\naws_access_key_id = ASIA9\naws_secret_access_key = s\naws_session_token = t\nx_security_token_expires = 2020-01-01T00:00:00Z\n'
    box.write('credentials', box.keysSection() + session)
    expect(await shown(box, 'mfa-login status')).toContain(`  ${RED}expired\u001B[39m`)
    box.write('config', '[profile work]\n')
    expect(await shown(box, 'mfa-login doctor work')).toContain(`${YELLOW}warning\u001B[39m`)
  })

  it.each(['NO_COLOR=1', 'TERM=dumb'])('is off with %s', async (setting) => {
    const box = await withPolicy()
    const line = `export ${setting}; mfa-login policy check ${box.path('hole.json')}; mfa-login login no`
    const text = await shown(box, line)
    expect(text).toContain('error no-mfa-deny')
    expect(text).not.toContain('\u001B')
  })

  it('is off where stdout or stderr is no terminal', async () => {
    const box = await withPolicy()
    const line = `mfa-login policy check ${box.path('hole.json')} | cat; mfa-login login no 2>&1 | cat`
    const text = await shown(box, line)
    expect(text).toContain('error no-mfa-deny')
    expect(text).toContain('mfa-login: There is no profile')
    expect(text).not.toContain('\u001B')
  })
})

describe.skipIf(notOnWindows('raw terminal output')).each([40, 57, 80, 120, 200])(
  'a terminal of %i columns',
  (columns) => {
    it('shows messages and reports broken at words', async () => {
      const box = await withPolicy()
      const check = `mfa-login policy check ${box.path('hole.json')}`
      for (const line of ['mfa-login login nobody', 'mfa-login import', check]) {
        const text = (await shown(box, `export NO_COLOR=1; ${line}`, columns)).trimEnd()
        const lines = text.split('\r\n')
        if (columns < 120) expect(lines.length).toBeGreaterThan(1)
        // A path or an ARN is one word, and a command is one line to copy.
        const mayBeLong = (each: string): boolean =>
          !each.trim().includes(' ') || /^ *((Try|Fix): )?"?(mfa-login|aws) [^,]*$/.test(each)
        const long = lines.filter((each) => each.length > columns && !mayBeLong(each))
        expect(long).toEqual([])
      }
    })
  },
)

it.skipIf(notOnWindows('raw terminal output'))(
  'a hint breaks at words, and not within its commands',
  async () => {
    const box = await withPolicy()
    const none = 'AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null'
    expect(await shown(box, `${none} mfa-login login`, 40)).toContain(
      '\r\nTry: unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE\r\n',
    )
    expect(await shown(box, 'mfa-login use work', 40)).toContain(
      '\r\nTry: mfa-login shell-init --help, which\r\nshows the line that defines it in each\r\nshell\r\n',
    )
    const nowhere = `AWS_ENDPOINT_URL=http://127.0.0.1:9 mfa-login login work --token-code ${box.code()}`
    expect(await shown(box, `${nowhere} --serial ${box.device.serialNumber}`, 40)).toContain(
      '\r\nTry: check the network, HTTPS_PROXY and\r\nAWS_ENDPOINT_URL\r\n',
    )
    const check = await shown(box, `mfa-login policy check ${box.path('hole.json')}`, 40)
    expect(check).toMatch(/^ {2}Fix: (?:.*\r\n)+ {2}.*"mfa-login policy show"/m)
  },
)

it.skipIf(notOnWindows('raw terminal output'))(
  'a command that has a line for itself stays one to copy',
  async () => {
    const box = await sandbox(auditAccount(Date.now()))
    box.user.devices = []
    box.write('credentials', box.keysSection())
    expect(await shown(box, 'mfa-login audit -p work', 60)).toMatch(
      /\r\n {3}mfa-login policy apply --group operators --except-path \/machines\/ [^\r]* --profile work\r\n/,
    )
  },
)

it('a pipe gets an error as one line', async () => {
  const box = await sandbox()
  const { stderr } = await box.run(['login', 'nobody'])
  expect(stderr).toMatch(/^mfa-login: .{60,}\n$/)
})

it.skipIf(notOnWindows('POSIX shell'))(
  'says what the printed line is for only where a person reads it',
  async () => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run(['login', 'work', '--token-code', box.code()])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'export AWS_PROFILE=work-mfa\n' })
    expect(stderr).toMatch(
      /^New session in profile work-mfa, valid until \S+ \S+ \S+ \(12 h\)\.\n$/,
    )
    const shell = box.terminal(
      `eval "$(${process.execPath} ${PROGRAM} login work)"; echo "uses $AWS_PROFILE"`,
    )
    expect(await shell.exit).toBe(0)
    expect(shell.screen).toContain('uses work-mfa')
    expect(shell.screen).not.toContain('Use it with')
    const shown = box.terminal(`SHELL=/usr/bin/fish ${process.execPath} ${PROGRAM} login work`)
    expect(await shown.exit).toBe(0)
    expect(shown.screen).toMatch(/Use it with:\r\nset -gx AWS_PROFILE work-mfa\r\n$/)
  },
)
