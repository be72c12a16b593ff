import { describe, expect, it } from 'vitest'
import { prove, remedyFor, type Proof } from '../../src/administration/proof.ts'
import { AwsError } from '../../src/aws/api.ts'

const QUESTION = {
  call: 's3:ListAllMyBuckets',
  credentials: 'MFA session',
  expected: 'allowed',
} as const
const refusal = async (code: string, message = ''): Promise<Proof> =>
  prove(QUESTION, () => Promise.reject(new AwsError(code, message, 403)))

describe('a proof', () => {
  it('says whether the call was allowed, and why not', async () => {
    expect(await prove(QUESTION, () => Promise.resolve())).toMatchObject({ seen: 'allowed' })
    expect(await refusal('AccessDenied')).toMatchObject({ seen: 'refused', why: 'AccessDenied' })
    expect(await refusal('AccessDenied', 'with an explicit deny in')).toMatchObject({
      why: 'an explicit deny',
    })
    expect(await refusal('InvalidClientTokenId')).toMatchObject({ seen: 'refused' })
  })

  it('throws if AWS did not decide', async () => {
    await expect(refusal('Throttling')).rejects.toThrow(AwsError)
    await expect(prove(QUESTION, () => Promise.reject(new TypeError('x')))).rejects.toThrow(
      TypeError,
    )
  })
})

describe('the remedy', () => {
  const proof = (parts: Partial<Proof>): Proof => ({
    ...QUESTION,
    seen: 'allowed',
    why: undefined,
    ...parts,
  })
  it('is undefined if all proofs are as expected', () => {
    expect(remedyFor([proof({})], 'work')).toBeUndefined()
  })
  it('is the other probe if no policy allows this one', () => {
    const wrong = proof({ seen: 'refused', why: 'no policy allows it' })
    expect(remedyFor([wrong], 'work')).toContain('--probe iam:GetUser')
    const other = { ...wrong, call: 'iam:GetUser' }
    expect(remedyFor([other], 'work')).toContain('--probe s3:ListAllMyBuckets')
  })
  it('is policy check --live if a bare key is allowed or MFA does not help', () => {
    const open = proof({ credentials: 'bare key', expected: 'refused' })
    expect(remedyFor([open], 'work')).toBe('mfa-login policy check --live --profile work')
    const denied = proof({ seen: 'refused', why: 'an explicit deny' })
    expect(remedyFor([denied], 'work')).toBe('mfa-login policy check --live --profile work')
  })
})
