/** Sessions of roles over an hour: AWS gives them to long-term credentials with a code, not to an MFA session. */
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { answers, program, runsOf } from '../support/asking.ts'
import { accountWithRoles, boxWithRoles } from '../support/roles.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const LONG = ['--profile', 'admin', '--duration', '2h']
const SERVE = ['credential-process', '--profile']

const assumed = (box: Sandbox) => box.aws.requests.filter(({ action }) => action === 'AssumeRole')

function configure(box: Sandbox, profile: string, lines: string): void {
  box.write('config', box.read('config').replace(`[profile ${profile}]\n`, `$&${lines}\n`))
}

/** Adds a policy to the user. */
function refuse(
  box: Sandbox,
  action: string,
  condition?: Record<string, Record<string, string[]>>,
) {
  const statement = { Effect: 'Deny' as const, Action: [action], Resource: ['*'] }
  const Statement = [{ ...statement, ...(condition && { Condition: condition }) }]
  box.user.policies.push({ name: 'refusal', document: { Version: '2012-10-17', Statement } })
}

/** A dialog gives the answers, one for each time it is opened. */
function withDialog(box: Sandbox, ...codes: string[]): void {
  program(box, 'kdialog')
  answers(box, ...codes)
  Object.assign(box.env, { DISPLAY: ':99', PINENTRY_PROGRAM: '/nowhere/pinentry' })
}

describe('a role session over an hour', () => {
  it('is one AssumeRole with serial number and code, 12 h, with session tags and source identity', async () => {
    const account = accountWithRoles()
    account.roles[0]!.maxSessionSeconds = 43_200
    const box = await sandbox(account)
    box.write(
      'config',
      `[profile work]
region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/alice

[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = work
mfa_serial = arn:aws:iam::123456789012:mfa/alice
duration_seconds = 43200
session_tags = team=core, cost=7
transitive_session_tags = team
source_identity = alice
`,
    )
    const login = await box.run(['--profile', 'admin', '--json', '--token-code', box.code()])
    expect(login.code, login.stderr).toBe(0)
    const { expiration } = JSON.parse(login.stdout) as { expiration: string }
    expect((Date.parse(expiration) - box.now()) / 3_600_000).toBeCloseTo(12, 1)
    expect(box.calls()).toEqual([])
    expect(assumed(box)).toMatchObject([
      {
        outcome: 'OK',
        accessKeyId: box.key.accessKeyId,
        params: {
          RoleArn: 'arn:aws:iam::123456789012:role/admin',
          RoleSessionName: 'alice',
          SerialNumber: box.device.serialNumber,
          DurationSeconds: '43200',
          'Tags.member.1.Key': 'team',
          'Tags.member.1.Value': 'core',
          'Tags.member.2.Key': 'cost',
          'Tags.member.2.Value': '7',
          'TransitiveTagKeys.member.1': 'team',
          SourceIdentity: 'alice',
        },
      },
    ])
    // It is cached under the role.
    const before = box.aws.requests.length
    for (const words of [
      [...SERVE, 'admin'],
      ['env', '-p', 'admin'],
      ['use', 'admin', '--shell', 'bash'],
      LONG,
    ])
      expect(await box.run(words)).toMatchObject({ code: 0 })
    expect(box.aws.requests).toHaveLength(before)
  })

  it.skipIf(notOnWindows('POSIX shell'))(
    'is asked for at a terminal, again after a wrong code, and the first code is never sent again',
    async () => {
      const box = await boxWithRoles()
      box.freshStep(20_000)
      const run = box.terminal(`${process.execPath} ${PROGRAM} ${LONG.join(' ')}; echo "ended: $?"`)
      await run.answer('MFA code for admin', '000000\r')
      await run.answer('The code was not accepted', '000000\r')
      await run.waitFor('was used')
      await run.answer('MFA code for admin', `${box.code()}\r`, 3)
      await run.waitFor('ended: 0')
      expect(box.calls('AssumeRole')).toEqual(['AccessDenied', 'OK'])
      expect(box.calls()).toEqual([])
    },
  )

  it.skipIf(notOnWindows('programs of Linux'))('asks once for many processes at once', async () => {
    const box = await boxWithRoles()
    configure(box, 'admin', 'duration_seconds = 7200')
    withDialog(box, box.code())
    const children = Array.from({ length: 6 }, () => box.start([...SERVE, 'admin']))
    const all = await Promise.all(children.map(async (child) => outcomeOf(child)))
    // One that waits for two seconds says so.
    const said = all.map(({ stderr }) => stderr.replace(/^Waiting for .*\n/, ''))
    expect(all.map(({ code }, index) => [code, said[index]])).toEqual(all.map(() => [0, '']))
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
    expect(runsOf(box, 'kdialog')).toHaveLength(1)
    expect(box.calls('AssumeRole')).toEqual(['OK'])
  })

  it.skipIf(notOnWindows('programs of Linux'))(
    'asks for one code after the other where two roles and an MFA session of a device are needed at once',
    async () => {
      const box = await boxWithRoles()
      box.freshStep(20_000)
      configure(box, 'admin', 'duration_seconds = 7200')
      configure(box, 'deploy', 'duration_seconds = 7200')
      // A dialog that is open while another one is says so.
      const body =
        'mkdir "$HOME/open" || echo twice >>"$HOME/overlaps"; head -n 1 "$HOME/answers"; sed -i 1d "$HOME/answers"; sleep 0.5; rmdir "$HOME/open"'
      withDialog(box, box.code(-1), box.code(0), box.code(1))
      program(box, 'kdialog', body)
      const children = ['admin', 'deploy', 'work'].map((name) => box.start([...SERVE, name]))
      const all = await Promise.all(children.map(async (child) => outcomeOf(child)))
      expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
      expect(box.read('../overlaps')).toBe('')
      expect(runsOf(box, 'kdialog')).toHaveLength(3)
      expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
      expect(box.calls()).toEqual(['OK'])
    },
  )

  it.skipIf(notOnWindows('programs of Linux'))(
    'shares the failure of the one that asked',
    async () => {
      const box = await boxWithRoles()
      configure(box, 'admin', 'duration_seconds = 7200')
      withDialog(box)
      program(box, 'kdialog', 'sleep 2; exit 1')
      const children = Array.from({ length: 4 }, () => box.start([...SERVE, 'admin']))
      const all = await Promise.all(children.map(async (child) => outcomeOf(child)))
      expect(all.map(({ code }) => code)).toEqual([130, 130, 130, 130])
      expect(runsOf(box, 'kdialog')).toHaveLength(1)
    },
  )

  it.each([
    ['an MFA session', ['--profile', 'work'], 'GetSessionToken'],
    ['another role', ['--profile', 'deploy', '--duration', '2h'], 'AssumeRole'],
  ])('never sends the code that was sent for %s', async (_, first, action) => {
    const box = await boxWithRoles()
    box.freshStep()
    const code = ['--token-code', box.code()]
    expect((await box.run([...first, ...code])).code).toBe(0)
    const { code: exit, stderr } = await box.run([...LONG, ...code])
    expect(exit).toBe(4)
    expect(stderr).toContain('This code was already used; a code works only once.')
    expect(box.aws.requests.filter(({ outcome }) => outcome !== 'OK')).toEqual([])
    expect(box.calls(action)).toEqual(['OK'])
  })

  it.each([
    ['a trust policy refused it', undefined],
    ['the answer was lost', { action: 'AssumeRole', kind: 'dropAfter' } as const],
  ])('does not send a code again after %s', async (_, fault) => {
    const box = await boxWithRoles()
    box.freshStep()
    if (fault) box.aws.faults.next.push(fault)
    else box.aws.account.roles[0]!.trusts = []
    const login = [...LONG, '--token-code', box.code()]
    const first = await box.run(login)
    expect(first.code).toBe(fault ? 5 : 4)
    box.aws.account.roles[0]!.trusts = ['arn:aws:iam::123456789012:user/alice']
    expect((await box.run(login)).stderr).toContain('This code was already used')
    expect(box.calls('AssumeRole')).toHaveLength(1)
  })

  it('names the policies of the user where they refuse the call, and the one-hour way works', async () => {
    const box = await boxWithRoles()
    refuse(box, 'sts:AssumeRole', { Null: { 'aws:TokenIssueTime': ['true'] } })
    const { code, stderr } = await box.run([...LONG, '--token-code', box.code()])
    expect(code).toBe(4)
    expect(stderr).toContain(
      'Your own policies refuse a role session of over an hour, which the long-term key requests with a code: User: arn:aws:iam::123456789012:user/alice is not authorized',
    )
    expect(stderr).toContain('Try: mfa-login --profile admin --duration 1h, as the MFA session')
    const hour = ['--profile', 'admin', '--duration', '1h', '--token-code', box.code(1)]
    expect((await box.run(hour)).code).toBe(0)
    expect(assumed(box).at(-1)?.params).not.toHaveProperty('SerialNumber')
  })

  it.each([['--duration', '3h'], []])(
    'has a one-hour way for all commands where the profile has the length: %s %s',
    async (...options) => {
      const box = await boxWithRoles()
      configure(box, 'admin', 'duration_seconds = 7200')
      refuse(box, 'sts:AssumeRole', { Null: { 'aws:TokenIssueTime': ['true'] } })
      const login = ['--profile', 'admin', ...options, '--token-code']
      const { stderr } = await box.run([...login, box.code()])
      expect(stderr).toContain(
        'Try: aws configure set duration_seconds 3600 --profile admin, as the MFA session',
      )
      expect(stderr).not.toContain('--duration 1h')
      box.write('config', box.read('config').replace('= 7200', '= 3600'))
      const hour = await box.run(['--profile', 'admin', '--token-code', box.code(1)])
      expect(hour.code, hour.stderr).toBe(0)
      const next = await box.run(['exec', '-p', 'admin', '--', process.execPath, '--version'])
      expect(next.code, next.stderr).toBe(0)
      expect(box.calls()).toEqual(['OK'])
    },
  )

  it('is not needed for a role on the way to another one, which is assumed for an hour', async () => {
    const box = await boxWithRoles()
    configure(box, 'admin', 'duration_seconds = 7200')
    const login = await box.run(['--profile', 'far', '--token-code', box.code()])
    expect(login.code, login.stderr).toBe(0)
    expect(assumed(box).map(({ params }) => params.DurationSeconds)).toEqual(['3600', '3600'])
    expect(box.calls()).toEqual(['OK'])
  })
})

describe('session tags', () => {
  it('make another session, and are sent for a role session up to an hour too', async () => {
    const box = await boxWithRoles()
    await box.run(['--profile', 'admin', '--token-code', box.code()])
    configure(box, 'admin', 'session_tags = team=core')
    await box.run([...SERVE, 'admin'])
    await box.run([...SERVE, 'admin'])
    expect(assumed(box).map(({ params }) => params['Tags.member.1.Value'])).toEqual([
      undefined,
      'core',
    ])
    expect(box.calls()).toEqual(['OK'])
  })

  it.each([
    ['session_tags = team', '"team" is not a list of session tags such as team=core, cost=7.'],
    ['session_tags = team=a, Team=b', 'is not a list of session tags'],
    ['transitive_session_tags = a;b', '"a;b" is not a list of keys of session tags.'],
    ['source_identity = x', '"x" is not a source identity.'],
  ])('that AWS would refuse fail before a code is asked for: %s', async (line, message) => {
    const box = await boxWithRoles()
    configure(box, 'admin', line)
    const { code, stderr } = await box.run(['--profile', 'admin', '--token-code', box.code()])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).toContain(`check ${line.split(' ')[0]} in ${box.path('config')}:6`)
    expect(box.aws.requests).toEqual([])
  })

  it.each(['1h', '2h'])('that the trust policy does not allow are named (%s)', async (duration) => {
    const box = await boxWithRoles()
    box.aws.account.roles[0]!.allowsMarks = false
    configure(box, 'admin', 'session_tags = team=core')
    const login = ['--profile', 'admin', '--duration', duration, '--token-code', box.code()]
    const { code, stderr } = await box.run(login)
    expect(code).toBe(4)
    expect(stderr).toContain(
      'Try: allow sts:TagSession in the trust policy of arn:aws:iam::123456789012:role/admin, or take',
    )
    expect(stderr).not.toContain('--duration 1h')
  })

  it.each([
    ['1h', 'sts:TagSession', 'session_tags = team=core'],
    ['2h', 'sts:TagSession', 'session_tags = team=core'],
    ['1h', 'sts:SetSourceIdentity', 'source_identity = alice'],
    ['2h', 'sts:SetSourceIdentity', 'source_identity = alice'],
  ])('that the policies of the user refuse are named (%s, %s)', async (duration, action, line) => {
    const box = await boxWithRoles()
    refuse(box, action)
    configure(box, 'admin', line)
    const login = ['--profile', 'admin', '--duration', duration, '--token-code', box.code()]
    const { code, stderr } = await box.run(login)
    expect(code).toBe(4)
    expect(stderr).toContain(`is not authorized to perform: ${action}`)
    expect(stderr).toContain(
      `Try: allow ${action} in your own policies, or take the tags and the source identity out of the profile admin`,
    )
    expect(stderr).not.toMatch(/over an hour|--duration 1h|trust policy/)
  })
})
