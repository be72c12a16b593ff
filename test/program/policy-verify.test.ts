import { describe, expect, it } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const everything = { name: 'everything', document: allowAllPolicy() }

describe('policy verify', () => {
  const VERIFY = ['policy', 'verify', '--profile', 'work']
  async function worker(
    policy: PolicyDocument | undefined,
    others = [everything],
  ): Promise<Sandbox> {
    const gate = policy === undefined ? [] : [{ name: 'mfa_mandatory', document: policy }]
    const devices = [createVirtualDevice(`${IAM}:mfa/bob`)]
    const bob = createUser('bob', { devices, policies: [...gate, ...others] })
    const box = await sandbox(createAccount({ users: [bob] }))
    const code = codeAt(devices[0]!, Date.now())
    expect((await box.run(['--profile', 'work', '--token-code', code])).code).toBe(0)
    return box
  }

  const QUERY = [
    'ec2:DescribeRegions',
    'rds:DescribeDBInstances',
    'sns:ListTopics',
    'cloudformation:ListStacks',
  ]
  const SERVICES = ['s3:ListAllMyBuckets', ...QUERY]

  it('proves a good policy with calls of several services', async () => {
    const box = await worker(strictPolicy())
    const { code, stdout, stderr } = await box.run(VERIFY)
    for (const probe of SERVICES) {
      for (const credentials of ['bare key', 'session without MFA'])
        expect(stdout).toMatch(
          new RegExp(
            `^ok +${probe} +${credentials} +refused +refused \\(an explicit deny\\)$`,
            'm',
          ),
        )
      expect(stdout).toMatch(new RegExp(`^ok +${probe} +MFA session +allowed +allowed$`, 'm'))
    }
    expect(stderr).toContain(`Proven for ${IAM}:user/bob, by ${SERVICES.join(', ')}.\n`)
    expect(stderr).toContain('Other calls were not tried')
    expect(code).toBe(0)
  })

  it.each(['iam:ListRoles', 'iam:GetUser'])(
    'does not take a refusal by IAM itself for proof (%s)',
    async (probe) => {
      const box = await worker(strictPolicy())
      const { code, stdout, stderr } = await box.run([...VERIFY, '--probe', probe])
      expect(stdout).toMatch(new RegExp(`^ok +${probe} +bare key +refused +refused`, 'm'))
      expect(stdout).toMatch(
        /^no proof +iam:\w+ +session without MFA +refused +refused \(by IAM itself, not by a policy\)$/m,
      )
      expect(stderr).toContain(`Not proven for ${IAM}:user/bob. Try: mfa-login policy verify`)
      expect(code).toBe(1)
    },
  )

  it('does not take a missing permission for proof', async () => {
    const withMfa = readPolicy({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    })
    const list = readPolicy({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:ListMFADevices', Resource: '*' },
    })
    const box = await worker(list, [{ name: 'with MFA', document: withMfa }])
    const { code, stdout, stderr } = await box.run(VERIFY)
    expect(stdout).not.toContain('NOT OK')
    expect(stderr).toContain('s3:ListAllMyBuckets (bare key: refused, no policy allows it)')
    expect(stderr).toContain('Not proven')
    expect(code).toBe(1)
  })

  it('finds the service that a policy leaves open', async () => {
    const policy = strictPolicy()
    policy.Statement.at(-1)!.NotAction!.push('sns:*')
    const box = await worker(policy)
    const { code, stdout, stderr } = await box.run([...VERIFY, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      proved: SERVICES.filter((probe) => probe !== 'sns:ListTopics'),
      notProved: [{ call: 'sns:ListTopics', why: 'bare key: allowed' }, { call: 'iam:ListRoles' }],
      isProven: false,
    })
    expect(stderr).toContain('policy check --live')
    expect(code).toBe(1)
  })

  it('goes on where one service does not answer', async () => {
    const box = await worker(strictPolicy())
    box.env.AWS_ENDPOINT_URL_RDS = 'http://127.0.0.1:1'
    const { code, stdout, stderr } = await box.run(VERIFY)
    expect(stdout).toMatch(/^no proof +rds:\w+ +MFA session +allowed +no answer \(ECONNREFUSED\)$/m)
    expect(stderr).toContain('Proven for')
    expect(code).toBe(0)
    const alone = await box.run([...VERIFY, '--probe', 'rds:DescribeDBInstances'])
    expect(alone.stderr).toContain('Cannot reach AWS')
    expect(alone.code).toBe(5)
  })

  it.each(['s3:ListAllMyBuckets', 'ec2:DescribeRegions'])(
    'learns AWS’s time for %s where the clock of this machine is off',
    async (probe) => {
      const box = await worker(strictPolicy())
      box.aws.faults.clockOffsetMs = 20 * 60_000
      const { code, stderr } = await box.run([...VERIFY, '--probe', probe])
      expect(stderr).toContain('Proven for')
      expect(code).toBe(0)
    },
  )

  it('disproves a policy that lets bare keys through', async () => {
    const policy = strictPolicy()
    const gate = policy.Statement.at(-1)!
    gate.Condition = { Bool: gate.Condition!.BoolIfExists! }
    const box = await worker(policy)
    const { code, stdout, stderr } = await box.run([
      ...VERIFY,
      '--probe',
      's3:ListAllMyBuckets',
      '--json',
    ])
    const report = JSON.parse(stdout) as { isProven: boolean; proofs: Record<string, string>[] }
    const seen = report.proofs.map(({ credentials, seen: outcome }) => `${credentials}: ${outcome}`)
    expect(seen).toEqual([
      'bare key: allowed',
      'bare key: allowed',
      'session without MFA: refused',
      'MFA session: allowed',
    ])
    expect(report.isProven).toBe(false)
    expect(stderr).toContain('policy check --live')
    expect(code).toBe(1)
  })

  it('disproves an account without an MFA policy', async () => {
    const box = await worker(undefined)
    const { code, stdout } = await box.run(VERIFY)
    // In IAM, a session without MFA is refused all the same.
    expect(stdout.match(/^NOT OK /gm)).toHaveLength(2 * SERVICES.length + 1)
    expect(code).toBe(1)
  })

  it('tries without MFA only what the user may do with it', async () => {
    const own = readPolicy({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
    })
    const box = await worker(strictPolicy(), [{ name: 'own', document: own }])
    const { code, stderr } = await box.run(VERIFY)
    expect(stderr).toContain('s3:ListAllMyBuckets (MFA session: refused, no policy allows it)')
    expect(stderr).toContain('by ec2:DescribeRegions.')
    expect(code).toBe(0)
    expect(box.calls('ListBuckets')).toHaveLength(1)
    const one = await box.run([...VERIFY, '--probe', 's3:ListAllMyBuckets'])
    expect(one.stderr).toContain('Try: mfa-login policy verify --profile work')
    expect(one.code).toBe(1)
  })

  it('refuses an unknown probe', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run([...VERIFY, '--probe', 'ec2:RunInstances'])
    expect(stderr).toContain('There is no probe')
    expect(code).toBe(2)
  })
})
