import { describe, expect, it } from 'vitest'
import { conclude, prove, verdictOf, type Proof } from '../../src/administration/proof.ts'
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
    for (const code of ['UnauthorizedOperation', 'AuthorizationError'])
      expect(await refusal(code, 'no identity-based policy allows')).toMatchObject({
        why: 'no policy allows it',
      })
    expect(await refusal('InvalidClientTokenId')).toMatchObject({
      seen: 'refused',
      why: 'by IAM itself, not by a policy',
    })
  })

  it('throws if AWS did not decide', async () => {
    await expect(refusal('Throttling')).rejects.toThrow(AwsError)
    await expect(prove(QUESTION, () => Promise.reject(new TypeError('x')))).rejects.toThrow(
      TypeError,
    )
  })
})

const row = (credentials: Proof['credentials'], parts: Partial<Proof> = {}): Proof => {
  const expected = credentials === 'MFA session' ? 'allowed' : 'refused'
  const why = expected === 'refused' ? 'an explicit deny' : undefined
  return { call: 's3:ListAllMyBuckets', credentials, expected, seen: expected, why, ...parts }
}
const ROWS = [row('bare key'), row('session without MFA'), row('MFA session')]
const of = (call: string, rows = ROWS): Proof[] => rows.map((each) => ({ ...each, call }))

describe('the verdict about an outcome', () => {
  it.each([
    ['ok', row('bare key')],
    ['NOT OK', row('bare key', { seen: 'allowed', why: undefined })],
    ['no proof', row('bare key', { why: 'no policy allows it' })],
    ['no proof', row('bare key', { why: 'AccessDenied' })],
    ['no proof', row('session without MFA', { why: 'by IAM itself, not by a policy' })],
    ['ok', row('MFA session')],
    ['no proof', row('MFA session', { seen: 'refused', why: 'an explicit deny' })],
    ['no proof', row('MFA session', { seen: 'no answer', why: 'ENOTFOUND' })],
    ['NOT OK', row('bare key', { call: 'iam:ListMFADevices', expected: 'allowed' })],
  ] as const)('is %s for %j', (verdict, proof) => {
    expect(verdictOf(proof)).toBe(verdict)
  })
})

describe('the conclusion', () => {
  const work = { profile: 'work', isChosen: false }

  it('is that it is proven by the calls for which MFA makes the difference', () => {
    const refused = [row('MFA session', { seen: 'refused', why: 'no policy allows it' })]
    const proofs = [
      ...of('s3:ListAllMyBuckets'),
      ...of('ec2:DescribeRegions'),
      ...of('x:Y', refused),
    ]
    expect(conclude(proofs, work)).toEqual({
      proved: ['s3:ListAllMyBuckets', 'ec2:DescribeRegions'],
      notProved: [{ call: 'x:Y', why: 'MFA session: refused, no policy allows it' }],
      isProven: true,
      remedy: undefined,
    })
  })

  it('is that it is not, by one call that is open, whatever the others say', () => {
    const open = row('session without MFA', { seen: 'allowed', why: undefined })
    const proofs = [...of('s3:ListAllMyBuckets'), ...of('x:Y', [ROWS[0]!, open, ROWS[2]!])]
    expect(conclude(proofs, work)).toMatchObject({
      proved: ['s3:ListAllMyBuckets'],
      notProved: [{ call: 'x:Y', why: 'session without MFA: allowed' }],
      isProven: false,
      remedy: 'mfa-login policy check --live --profile work',
    })
  })

  it('is that nothing is proven where no call shows it, and more calls may', () => {
    const refused = [row('MFA session', { seen: 'refused', why: 'no policy allows it' })]
    const chosen = conclude(of('x:Y', refused), { profile: 'work', isChosen: true })
    expect(chosen).toMatchObject({
      isProven: false,
      remedy: 'mfa-login policy verify --profile work',
    })
    expect(conclude(of('x:Y', refused), work).remedy).toContain('policy check --live')
  })
})
