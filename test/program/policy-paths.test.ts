/** `policy check --live` where users and groups have an IAM path. */
import { describe, expect, it } from 'vitest'
import { createAccount, createGroup, createUser } from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const everything = { name: 'everything', document: allowAllPolicy() }
const TO_GROUP = ['--group', 'developers']
const CHECK = ['policy', 'check', '--live', '--profile', 'work']

async function office(): Promise<Sandbox> {
  const users = ['admin', 'bob'].map((name) => createUser(name, { policies: [everything] }))
  return sandbox(
    createAccount({ users, groups: [createGroup('developers', { members: ['bob'] })] }),
  )
}

describe('policy check --live', () => {
  it('judges a member of a group by the path of its ARN', async () => {
    const box = await office()
    const [, bob] = box.aws.account.users
    box.aws.account.users.push(createUser('carol'))
    const group = box.aws.account.groups[0]!
    group.members.push('carol')
    const without = JSON.stringify(strictPolicy()).replaceAll(/,"[^"]*user\/\*\/[^"]*"/g, '')
    group.policies.push({ name: 'gate', document: readPolicy(JSON.parse(without)) })
    const plain = await box.run([...CHECK, ...TO_GROUP])
    expect(plain.stdout).toContain('No findings.')
    bob!.path = '/team/'
    const { code, stdout } = await box.run([...CHECK, ...TO_GROUP])
    expect(stdout).toContain(
      'no policy allows iam:EnableMFADevice, iam:ListMFADevices to user/team/bob.',
    )
    expect(stdout).not.toContain('carol')
    expect(code).toBe(1)
  })

  it.each(['user', 'group'])(
    'names a %s to the simulator by its ARN, with the path',
    async (kind) => {
      const box = await office()
      for (const each of [box.aws.account.users[1]!, box.aws.account.groups[0]!])
        each.path = '/team/x/'
      const name = kind === 'user' ? 'bob' : 'developers'
      const { stdout } = await box.run([...CHECK, `--${kind}`, name])
      expect(stdout).toContain("AWS's policy simulator decides the same.")
      const simulated = box.aws.requests.filter(
        ({ action }) => action === 'SimulatePrincipalPolicy',
      )
      const arns = simulated.map(({ params }) => params.PolicySourceArn)
      expect([...new Set(arns)]).toEqual([`arn:aws:iam::123456789012:${kind}/team/x/${name}`])
    },
  )
})
