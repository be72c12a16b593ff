/** Exceptions from the MFA Deny that end, by the built program. */
import { describe, expect, it, test } from 'vitest'
import {
  createAccount,
  createGroup,
  createManagedPolicy,
  createUser,
  type Account,
  type User,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const DAY = 86_400_000
const everything = { name: 'everything', document: allowAllPolicy() }
const dayIn = (box: Sandbox, days: number): string =>
  new Date(box.now() + days * DAY).toISOString().slice(0, 10)

async function office(members: User[], parts: Partial<Account> = {}): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [everything] })
  const group = createGroup('developers', { members: members.map(({ name }) => name) })
  return sandbox(createAccount({ users: [admin, ...members], groups: [group], ...parts }))
}

/** By what the policies in effect for a user say, which the Deny hides from a key alone. */
async function worksWithoutMfa(box: Sandbox, name: string): Promise<boolean> {
  const [key] = box.aws.account.users.find((user) => user.name === name)!.keys
  const { accessKeyId, secretAccessKey } = key!
  box.write(
    'credentials',
    `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  const { code, stderr } = await box.run(['policy', 'check', '--live', '--profile', name])
  if (code === 4) expect(stderr).toContain('explicit deny')
  return code !== 4
}

const APPLY = ['policy', 'apply', '--profile', 'work', '--group', 'developers']

describe('policy show', () => {
  test.each<[string[], string, string]>([
    [['--except-path', '/machines/'], 'An exception needs an end.', '--until 20'],
    [['--until', '2127-03-31'], 'and there is none', '--except-path /machines/'],
    [
      ['--except-tag', 'mfa=x', '--until', '2020-01-01'],
      '2020-01-01T00:00:00Z has passed',
      '--until 20',
    ],
    [
      ['--except-path', 'machines', '--until', '2127-03-31'],
      '"machines" is no IAM path',
      '--except-path /machines/',
    ],
    [['--except-path', '/ci*/', '--until', '2127-03-31'], 'is no IAM path', '--except-path /ci/'],
    [
      ['--except-path', '/', '--until', '2127-03-31'],
      'that of all users',
      '--except-path /machines/',
    ],
    [
      ['--except-tag', 'mfa', '--until', '2127-03-31'],
      '"mfa" is no tag',
      '--except-tag mfa=exempt',
    ],
    [['--except-tag', 'mfa=${x}', '--until', '2127-03-31'], 'is no tag', '--except-tag mfa=exempt'],
    [
      ['--except-tag', 'mfa=x', '--until', '2127-02-30'],
      '"2127-02-30" is no day',
      '--until 2027-03-31',
    ],
    [['--except-tag', 'mfa=x', '--until', '2127-02-20T25:00Z'], 'is no day', '--until 2027-03-31'],
    [['--except-tag', 'mfa=x', '--until', '2127-02-20T12:00'], 'is no day', 'T18:00Z'],
    [['--except-tag', 'mfa=x', '--until', 'tomorrow'], 'is no day', 'T18:00Z'],
  ])('refuses %j', async (options, message, hint) => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run(['policy', 'show', ...options])
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('prints exceptions that policy check understands', async () => {
    const box = await sandbox()
    const options = [
      '--except-path',
      '/machines/',
      '--except-path',
      '/ci/',
      '--except-tag',
      'mfa=no',
    ]
    const until = '2127-03-31T18:00+02:00'
    const shown = await box.run([
      'policy',
      'show',
      '--partition',
      'aws-cn',
      ...options,
      '--until',
      until,
    ])
    expect(shown).toMatchObject({
      code: 0,
      stderr:
        '--until 2127-03-31T16:00:00Z is more than a year away. An exception should end sooner; check the year.\n',
    })
    const { Statement } = JSON.parse(shown.stdout) as PolicyDocument
    expect(Statement.slice(-2).map(({ Condition }) => Condition)).toMatchObject([
      {
        ArnNotLike: {
          'aws:PrincipalArn': ['arn:aws-cn:iam::*:user/machines/*', 'arn:aws-cn:iam::*:user/ci/*'],
        },
        StringNotEquals: { 'aws:PrincipalTag/mfa': ['no'] },
      },
      { DateGreaterThanEquals: { 'aws:CurrentTime': ['2127-03-31T16:00:00Z'] } },
    ])
    const checked = await box.run(['policy', 'check', '-'], { input: shown.stdout })
    expect(checked.stdout).toContain(
      'note exception in DenyAllElseWithoutMfa (line 74)\n  The Deny leaves out users with the tag mfa=no until 2127-03-31T16:00:00Z, more than a year from now.',
    )
    expect(checked.code).toBe(0)
  })
})

describe('policy apply', () => {
  const ci = () => createUser('ci', { path: '/machines/', policies: [everything] })
  const bob = () => createUser('bob', { policies: [everything] })

  it('names the users who are left out, and AWS stops them from the day on', async () => {
    const box = await office([bob(), ci()])
    box.freshStep()
    const until = dayIn(box, 2)
    const options = ['--except-path', '/machines/', '--until', until]
    const { code, stdout, stderr } = await box.run([...APPLY, ...options, '--yes', '--json'])
    expect(stderr).toContain(
      `Without MFA until ${until}T00:00:00Z may work: users under /machines/; now ci.\n`,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      exceptions: [{ who: 'users under /machines/', until: `${until}T00:00:00Z` }],
      exceptedUsers: ['ci'],
      isApplied: true,
    })
    expect(await worksWithoutMfa(box, 'bob')).toBe(false)
    expect(await worksWithoutMfa(box, 'ci')).toBe(true)
    box.advance(2 * DAY)
    expect(await worksWithoutMfa(box, 'ci')).toBe(false)
  })

  it('names users by their tags, which AWS judges them by', async () => {
    const box = await office([
      createUser('robot', { tags: { MFA: 'exempt' }, policies: [everything] }),
      createUser('bob', { tags: { mfa: 'no' }, policies: [everything] }),
    ])
    const options = ['--except-tag', 'mfa=exempt', '--until', dayIn(box, 2)]
    const { code, stderr } = await box.run([...APPLY, ...options, '--yes'])
    expect(stderr).toContain('may work: users with the tag mfa=exempt; now robot.\n')
    expect(code).toBe(0)
    expect(await worksWithoutMfa(box, 'robot')).toBe(true)
    expect(await worksWithoutMfa(box, 'bob')).toBe(false)
  })

  it('says where tags may not be read', async () => {
    const box = await office([bob()])
    box.aws.faults.next.push({ kind: { refuse: 'AccessDenied', status: 403 }, action: 'GetUser' })
    const options = ['--except-tag', 'mfa=exempt', '--until', dayIn(box, 2), '--json']
    const { code, stdout, stderr } = await box.run([...APPLY, ...options, '--dry-run'])
    expect(stderr).toContain('which users have the tags could not be seen (iam:GetUser)')
    expect(JSON.parse(stdout)).toMatchObject({ exceptedUsers: null, isApplied: false })
    expect(code).toBe(0)
  })

  it('replaces a policy that policy show printed and somebody else created, and removes it', async () => {
    const box = await office([bob(), ci()])
    const exception = ['--except-path', '/machines/', '--until', dayIn(box, 2)]
    const { stdout } = await box.run(['policy', 'show', ...exception, '--allow-first-password'])
    const arn = 'arn:aws:iam::123456789012:policy/mfa_mandatory'
    const printed = JSON.parse(stdout) as PolicyDocument
    box.aws.account.managedPolicies.push(createManagedPolicy(arn, printed))
    const applied = await box.run([...APPLY, '--yes'])
    expect(applied.stderr).toContain('Done: make the strict form the new default version')
    expect(applied.code).toBe(0)
    const back = await box.run(['policy', 'remove', ...APPLY.slice(2), '--restore', '--yes'])
    expect(back.stderr).toContain('Done: make v1 the default version')
    const removed = await box.run(['policy', 'remove', ...APPLY.slice(2), '--yes'])
    expect(removed.stderr).toContain('Done: detach mfa_mandatory from the group developers')
    expect(box.aws.account.groups[0]!.attached).toEqual([])
  })

  it('has a note on an end that is far away, and on none within a year', async () => {
    const box = await office([ci()])
    const options = (until: string) => [
      '--except-path',
      '/machines/',
      '--until',
      until,
      '--dry-run',
    ]
    const far = await box.run([...APPLY, ...options('2127-01-01')])
    expect(far.stderr).toMatch(/^--until 2127-01-01T00:00:00Z is more than a year away\./)
    const near = await box.run([...APPLY, ...options(dayIn(box, 365))])
    expect(near.stderr).not.toContain('year')
    expect([far.code, near.code]).toEqual([0, 0])
  })

  it('refuses an end in the past before it asks AWS anything', async () => {
    const box = await office([ci()])
    const options = ['--except-path', '/machines/', '--until', dayIn(box, -1)]
    const { code, stderr } = await box.run([...APPLY, ...options, '--yes'])
    expect(stderr).toContain('has passed')
    expect(code).toBe(2)
    expect(box.aws.requests).toEqual([])
  })
})
