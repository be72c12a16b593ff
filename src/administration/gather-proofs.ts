import { AwsError, type Aws } from '../aws/api.ts'
import { inParallel } from './in-parallel.ts'
import { LIST_DEVICES, PROBES, prove, type ProbeName, type Proof } from './proof.ts'

/** The same user's credentials. */
interface Clients {
  readonly bare: Aws
  readonly withoutMfa: Aws
  readonly mfa: Aws
}

type Retry = <T>(call: () => Promise<T>) => Promise<T>

/** Throws an AwsError where none of the probes has an answer. */
export async function gatherProofs(
  clients: Clients,
  probes: readonly ProbeName[],
  again: Retry,
): Promise<Proof[]> {
  const { bare } = clients
  const devices = await prove(
    { call: LIST_DEVICES, credentials: 'bare key', expected: 'allowed' },
    async () => again(async () => bare.listMfaDevices()),
  )
  const tried = await inParallel(probes, async (probe) => {
    try {
      return await proofsOf(probe, clients, again)
    } catch (error) {
      if (error instanceof AwsError) return { probe, error }
      throw error
    }
  })
  const failed = tried.filter((each) => 'error' in each)
  if (failed[0] !== undefined && failed.length === tried.length) throw failed[0].error
  return [devices, ...tried.flatMap((each) => ('error' in each ? [noAnswer(each)] : each))]
}

/** The session with MFA shows what the user may do; calls that it may not make prove nothing without MFA. */
async function proofsOf(
  probe: ProbeName,
  { bare, withoutMfa, mfa }: Clients,
  again: Retry,
): Promise<Proof[]> {
  const attempt = async (aws: Aws, expectation: Pick<Proof, 'credentials' | 'expected'>) =>
    prove({ call: probe, ...expectation }, async () => again(async () => PROBES[probe](aws)))
  const withMfa = await attempt(mfa, { credentials: 'MFA session', expected: 'allowed' })
  if (withMfa.seen !== 'allowed') return [withMfa]
  return [
    await attempt(bare, { credentials: 'bare key', expected: 'refused' }),
    await attempt(withoutMfa, { credentials: 'session without MFA', expected: 'refused' }),
    withMfa,
  ]
}

function noAnswer({ probe, error }: { probe: ProbeName; error: AwsError }): Proof {
  const expectation = { credentials: 'MFA session', expected: 'allowed' } as const
  return { call: probe, ...expectation, seen: 'no answer', why: error.code }
}
