/** What the plans of `policy apply` and `policy remove --restore` say about everybody who has the policy that changes. */
import { describe, expect, it } from 'vitest'
import { createAccount, createGroup, createUser, createRole } from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const ARN = 'arn:aws:iam::123456789012:policy/mfa_mandatory'
const DAY = 86_400_000
const everything = { name: 'everything', document: allowAllPolicy() }

/** `developers` with bob, `ops` with the machine ci, and eve have the policy, which leaves out machines. */
async function office(): Promise<{ box: Sandbox; until: string }> {
  const admin = createUser('admin', { policies: [everything] })
  const ci = createUser('ci', { path: '/machines/', tags: { mfa: 'exempt' } })
  const users = [admin, createUser('bob'), ci, createUser('eve')]
  const groups = [
    createGroup('developers', { members: ['bob'] }),
    createGroup('ops', { members: ['ci'] }),
  ]
  const box = await sandbox(createAccount({ users, groups, roles: [createRole('deploy')] }))
  const until = inDays(box, 30)
  await onGroup(box, 'apply', '--yes', '--except-path', '/machines/', '--until', until)
  groups[1]!.attached.push(ARN)
  users[3]!.attached.push(ARN)
  return { box, until: `${until}T00:00:00Z` }
}

const inDays = (box: Sandbox, days: number): string =>
  new Date(box.now() + days * DAY).toISOString().slice(0, 10)
const onGroup = async (box: Sandbox, command: string, ...more: string[]): Promise<Outcome> =>
  box.run(['policy', command, '--profile', 'work', '--group', 'developers', ...more])

describe('policy apply', () => {
  it('names everybody whom a new version is for, and whom an exception ends for', async () => {
    const { box, until } = await office()
    box.aws.account.roles[0]!.attached.push(ARN)
    const { code, stdout, stderr } = await onGroup(box, 'apply', '--dry-run', '--json')
    expect(stderr).toContain(
      [
        'It changes for others, too: group ops (ci), user eve, role deploy.',
        `This ends an exception that is in force: users under /machines/ until ${until}.`,
        'No longer left out, and denied without MFA at once: ci.\n',
      ].join('\n'),
    )
    expect(stderr).toContain(
      'can then do nothing but enroll one (mfa-login device enroll): bob, ci, eve.',
    )
    expect(JSON.parse(stdout)).toMatchObject({
      users: ['bob'],
      usersWithoutDevice: ['bob', 'ci', 'eve'],
      sharedWith: [
        { kind: 'group', name: 'ops', users: ['ci'] },
        { kind: 'user', name: 'eve', users: ['eve'] },
        { kind: 'role', name: 'deploy', users: [] },
      ],
      exceptionChanges: [{ change: 'ends', who: 'users under /machines/', until }],
      noLongerExcepted: ['ci'],
    })
    expect(code).toBe(0)
  })

  it('names an exception that it adds, and one whose end it moves', async () => {
    const { box, until } = await office()
    const later = inDays(box, 60)
    const options = ['--except-path', '/machines/', '--except-tag', 'mfa=no', '--until', later]
    const { stderr } = await onGroup(box, 'apply', '--yes', ...options)
    expect(stderr).toContain(
      [
        `This moves the end of an exception: users under /machines/ until ${later}T00:00:00Z, before until ${until}.`,
        `This adds an exception: users with the tag mfa=no until ${later}T00:00:00Z.\n`,
      ].join('\n'),
    )
    expect(stderr).not.toContain('No longer left out')
    const back = await onGroup(box, 'remove', '--restore', '--yes')
    expect(back.stderr).toContain('It changes for others, too: group ops (ci), user eve.\n')
    expect(back.stderr).toContain(
      `This ends an exception that is in force: users with the tag mfa=no`,
    )
    expect(back.code).toBe(0)
  })

  it('says nothing of an exception that has ended already', async () => {
    const { box, until } = await office()
    const [version] = box.aws.account.managedPolicies[0]!.versions
    version!.text = version!.text.replaceAll(until, '2020-01-01T00:00:00Z')
    const { stderr } = await onGroup(box, 'apply', '--dry-run')
    expect(stderr).toContain('It changes for others, too: group ops (ci), user eve.\n')
    expect(stderr).not.toMatch(/exception|left out/)
  })

  it('does not take those whom it leaves out for locked out', async () => {
    const { box, until } = await office()
    const options = ['--except-path', '/machines/', '--until', until, '--style', 'classic']
    const { stdout, stderr } = await onGroup(box, 'apply', '--dry-run', '--json', ...options)
    expect(stderr).toContain('nothing but enroll one (mfa-login device enroll): bob, eve.\n')
    expect(stderr).toContain(
      `may work: users under /machines/; now ci.\nUntil then these need an authenticator app: ci.\n`,
    )
    expect(JSON.parse(stdout)).toMatchObject({
      usersWithoutDevice: ['bob', 'eve'],
      exceptedUsersWithoutDevice: ['ci'],
      exceptionChanges: [],
    })
  })

  it('does not take a caller whom it leaves out for locked out', async () => {
    const admin = createUser('admin', { tags: { mfa: 'exempt' }, policies: [everything] })
    const box = await sandbox(createAccount({ users: [admin] }))
    const apply = ['policy', 'apply', '--profile', 'work', '--user', 'admin', '--yes']
    const except = ['--except-tag', 'mfa=exempt', '--until', inDays(box, 2)]
    const { code, stderr } = await box.run([...apply, ...except])
    expect(stderr).not.toContain('locks you out')
    expect(code).toBe(0)
    expect((await box.run([...apply, '--dry-run'])).stderr).toContain('This locks you out')
  })

  it('says where it may not be read who else has the policy', async () => {
    const { box } = await office()
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'ListEntitiesForPolicy' })
    const { code, stdout, stderr } = await onGroup(box, 'apply', '--dry-run', '--json')
    expect(stderr).toContain(
      'Who else has mfa_mandatory could not be seen (iam:ListEntitiesForPolicy).\n',
    )
    expect(JSON.parse(stdout)).toMatchObject({ sharedWith: null })
    expect(code).toBe(0)
  })
})
