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

  it.each(['s3:ListAllMyBuckets', 'iam:GetUser'])('proves a good policy with %s', async (probe) => {
    const box = await worker(strictPolicy())
    const { code, stdout, stderr } = await box.run([...VERIFY, '--probe', probe])
    expect(stdout.match(/^ok /gm)).toHaveLength(4)
    expect(stdout).toMatch(
      new RegExp(`${probe} +bare key +refused +refused \\(an explicit deny\\)`),
    )
    expect(stdout).toMatch(new RegExp(`${probe} +MFA session +allowed +allowed`))
    expect(stderr).toContain('Proven for arn:aws:iam::123456789012:user/bob.')
    expect(code).toBe(0)
  })

  it.each(['s3:ListAllMyBuckets', 'iam:GetUser'])(
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
    const { code, stdout, stderr } = await box.run([...VERIFY, '--json'])
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
    expect(stdout.match(/^NOT OK /gm)).toHaveLength(2)
    expect(code).toBe(1)
  })

  it('suggests another probe to a user who may not list buckets', async () => {
    const own = readPolicy({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' },
    })
    const box = await worker(strictPolicy(), [{ name: 'own', document: own }])
    const buckets = await box.run(VERIFY)
    expect(buckets.stdout).toContain('refused (no policy allows it)')
    expect(buckets.stderr).toContain('--probe iam:GetUser')
    expect(buckets.code).toBe(1)
    expect((await box.run([...VERIFY, '--probe', 'iam:GetUser'])).code).toBe(0)
  })

  it('refuses an unknown probe', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run([...VERIFY, '--probe', 'ec2:RunInstances'])
    expect(stderr).toContain('There is no probe')
    expect(code).toBe(2)
  })
})
