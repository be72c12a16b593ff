/** No profile is named, and there is none that is called default. */
import { devNull } from 'node:os'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const DOWN = '\u001B[B'
const CONFIG = `[profile work]
region = eu-west-1
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = work
[profile sso]
sso_session = corp
[sso-session corp]
sso_start_url = https://example.com
[profile empty]
region = eu-west-1
`

async function severalProfiles(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('config', CONFIG)
  box.write('credentials', box.keysSection('work-long-term') + box.keysSection('old'))
  return box
}

const run = (box: Sandbox, line: string) => box.terminal(`${process.execPath} ${PROGRAM} ${line}`)

describe('at a terminal', () => {
  it('the person chooses among the profiles that mfa-login can serve', async () => {
    const box = await severalProfiles()
    const login = run(box, '')
    await login.waitFor('Which profile?')
    for (const name of ['admin', 'old', 'work']) await login.waitFor(name)
    await login.answer('Which profile?', DOWN + DOWN + '\r')
    await login.answer('MFA code', `${box.code()}\r`)
    expect(await login.exit).toBe(0)
    expect(login.screen).not.toMatch(/long-term|sso|empty/)
    expect(box.read('credentials')).toMatch(/^\[work\]$/m)
  })

  it
    .skipIf(notOnWindows('POSIX shell'))
    .each([
      'exec -- sh -c "echo of=\\$MFA_LOGIN_EXEC"',
      'exec sh -c "echo of=\\$MFA_LOGIN_EXEC"',
      'exec --server -- sh -c "echo of=\\$MFA_LOGIN_EXEC"',
    ])('%s asks too', async (line) => {
    const box = await severalProfiles()
    expect((await box.run(['-p', 'work', '--token-code', box.code()])).code).toBe(0)
    const exec = run(box, line)
    await exec.answer('Which profile?', DOWN + DOWN + '\r')
    await exec.waitFor('of=work')
    expect(await exec.exit).toBe(0)
  })

  it.each([
    ['status', ''],
    ['logout --all', ''],
    ['env --unset', ''],
    ['exec old', ''],
    ['login work', ''],
    ['login', 'AWS_PROFILE=work'],
    ['login', 'AWS_DEFAULT_PROFILE=work'],
    ['doctor', 'AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=s'],
    [`policy check ${devNull}`, ''],
  ])('%s with %s does not ask', async (line, settings) => {
    const box = await severalProfiles()
    const env = Object.fromEntries(new URLSearchParams(settings.replaceAll(' ', '&')))
    const { screen, exit } = await ended(box, `${process.execPath} ${PROGRAM} ${line}`, env)
    expect(screen).not.toContain('Which profile?')
    expect(exit).not.toBe(70)
  })

  it.each([
    ['[default]\nregion = eu-west-1\n', true],
    ['[default]\nsso_session = corp\n', false],
    ['[default]\ncredential_process = other\n', false],
    ['[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n', false],
  ])('of %j a choice: %s', async (section, isAsked) => {
    const box = await severalProfiles()
    box.write('config', section + CONFIG)
    const { screen } = await ended(box, `${process.execPath} ${PROGRAM} keys remove`)
    expect(screen.includes('Which profile?')).toBe(isAsked)
  })
})

/** Runs a line, and answers the first question with Ctrl-C. */
async function ended(box: Sandbox, line: string, env: Record<string, string> = {}) {
  const terminal = box.terminal(line, { env })
  const asked = terminal.answer('?', '\u0003', 1).catch(() => undefined)
  await Promise.race([asked, terminal.exit])
  return { exit: await terminal.exit, screen: terminal.screen }
}

it('without a terminal the error names the profile that was looked for', async () => {
  const box = await severalProfiles()
  const { code, stderr } = await box.run([])
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr:
      'mfa-login: There is no profile default; there are work, admin, sso, empty, work-long-term, old. Try: mfa-login --profile work, or for a new profile: aws configure --profile default\n',
  })
})

it.each([
  ['wrok', 'work'],
  ['odl', 'old'],
  ['completely', undefined],
])('a profile that is called %s by mistake', async (name, meant) => {
  const box = await severalProfiles()
  for (const words of [['login'], ['keys', 'rotate'], ['device', 'list']]) {
    const { code, stderr } = await box.run([...words, name])
    expect(code).toBe(3)
    expect(stderr).toContain(`There is no profile ${name}; there are work, `)
    const configure = `aws configure --profile ${name}\n`
    const repeat = `mfa-login ${words.join(' ')} ${meant}, or for a new profile: `
    expect(stderr).toContain(`Try: ${meant === undefined ? '' : repeat}${configure}`)
  }
})
