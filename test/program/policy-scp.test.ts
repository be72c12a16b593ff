/** The service control policy, by the built program. */
import { describe, expect, it } from 'vitest'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { sandbox } from '../support/sandbox.ts'

const NOTE = /^note first-password-blocked in DenyUsersAllElseWithoutMfa/

describe('policy show --style scp', () => {
  it('prints a policy that policy check takes for what it is', async () => {
    const box = await sandbox()
    const shown = await box.run(['policy', 'show', '--style', 'scp', '--partition', 'aws-us-gov'])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    const { Statement } = JSON.parse(shown.stdout) as PolicyDocument
    expect(Statement).toMatchObject([
      {
        Effect: 'Deny',
        Resource: ['*'],
        Condition: {
          BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] },
          ArnLike: { 'aws:PrincipalArn': ['arn:aws-us-gov:iam::*:user/*'] },
        },
      },
    ])
    const checked = await box.run(['policy', 'check', '-'], { input: shown.stdout })
    expect(checked.stdout).toMatch(NOTE)
    expect(checked.stdout.match(/^(error|warning|note)/gm)).toEqual(['note'])
    expect(checked.code).toBe(0)
    const asManaged = await box.run(['policy', 'check', '-', '--type', 'managed'], {
      input: shown.stdout,
    })
    expect(asManaged.stdout).toContain('enrolment-not-allowed')
  })

  it('is no style of policy apply', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run(['policy', 'apply', '--group', 'g', '--style', 'scp'])
    expect(stderr).toContain(
      'attached in AWS Organizations, not to a group or user. Try: mfa-login',
    )
    expect(code).toBe(2)
  })

  it('is refused where it would be larger than AWS takes', async () => {
    const box = await sandbox()
    const paths = Array.from({ length: 30 }, (_, index) => `/machines/${'x'.repeat(150)}${index}/`)
    const options = [...paths.flatMap((path) => ['--except-path', path]), '--until', '2127-01-01']
    const { code, stdout, stderr } = await box.run(['policy', 'show', '--style', 'scp', ...options])
    expect(stderr).toMatch(/The policy would have \d{4} characters, and AWS takes 5120\./)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('policy check of an answer of "aws organizations describe-policy"', () => {
  const answer = (Type: string, policy: PolicyDocument) => {
    const Content = JSON.stringify(policy)
    return JSON.stringify({ Policy: { PolicySummary: { Name: 'mfa', Type }, Content } })
  }
  const everybody: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Gate',
        Effect: 'Deny',
        NotAction: ['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice', 'iam:ListMFADevices'],
        Resource: ['*'],
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
      },
    ],
  }

  it('finds the Deny that stops roles, and what leaves users a way to enroll', async () => {
    const box = await sandbox()
    const input = answer('SERVICE_CONTROL_POLICY', everybody)
    const { code, stdout } = await box.run(['policy', 'check', '-'], { input })
    expect(stdout).toContain('error stops-roles in mfa: Gate')
    expect(stdout).toContain('"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}')
    expect(stdout).toContain('warning resync-blocked')
    expect(stdout).not.toContain('enrolment-')
    expect(code).toBe(1)
  })

  it('does not take other types for service control policies', async () => {
    const box = await sandbox()
    const input = answer('DECLARATIVE_POLICY_EC2', everybody)
    expect((await box.run(['policy', 'check', '-'], { input })).stdout).not.toContain('stops-roles')
  })
})
