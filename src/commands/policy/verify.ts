import {
  isAsExpected,
  LIST_DEVICES,
  PROBES,
  prove,
  remedyFor,
  type Proof,
} from '../../administration/proof.ts'
import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import { readSource } from '../../profile/read-source.ts'
import { pathsOf } from '../../profile/paths.ts'
import { connectWithMfa } from '../../session/acquire/mfa-client.ts'
import { SHORTEST } from '../../session/model/duration.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { connect } from '../../session/acquire/connect.ts'
import { table } from '../../table.ts'

export default command({
  about:
    'Proves as a user that the policy requires MFA: an everyday call is refused with the bare key and with a\n' +
    'session without MFA, and allowed with the MFA session. Exit code 1 if not.',
  options: {
    profile: PROFILE,
    probe: {
      value: 'ACTION',
      about: 'the everyday call',
      choices: Object.keys(PROBES) as (keyof typeof PROBES)[],
      default: 's3:ListAllMyBuckets',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login policy verify --profile work', 'after "policy apply"'],
    ['mfa-login policy verify -p work --probe iam:GetUser', 'for users who may not list buckets'],
  ],
  run: async ({ profile, probe, json }, context) => {
    const { arn, proofs, asked } = await proofsOf(context, profile, {
      name: probe,
      call: PROBES[probe],
    })
    const remedy = remedyFor(proofs, asked)
    const isProven = remedy === undefined
    if (json) context.print(`${JSON.stringify({ user: arn, proofs, isProven }, undefined, 2)}\n`)
    else context.print(proofsInWords(proofs))
    context.info(isProven ? `Proven for ${arn}.` : `Not proven for ${arn}. Try: ${remedy}`)
    return isProven ? 'ok' : 'findings'
  },
})

interface Probe {
  readonly name: string
  readonly call: (typeof PROBES)[keyof typeof PROBES]
}

async function proofsOf(context: Context, profile: string | undefined, probe: Probe) {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const bare = await connect(context, source, source.serialNumber)
  // First of all, so that a code is asked for before anything is tried.
  const mfa = await connectWithMfa(context, paths, source)
  const call = probe.name
  const again = `mfa-login policy verify --profile ${source.profile}`
  const errorContext = { ...source, retryCommand: again }
  const proofs = await withExplanation(errorContext, async () => {
    // Needs no code: such a session is what a stolen key can make for itself.
    const session = await bare.getSessionToken({ durationSeconds: SHORTEST })
    const plain = await connect(context, source, source.serialNumber, session)
    return [
      await prove({ call: LIST_DEVICES, credentials: 'bare key', expected: 'allowed' }, async () =>
        bare.listMfaDevices(),
      ),
      await prove({ call, credentials: 'bare key', expected: 'refused' }, async () =>
        probe.call(bare),
      ),
      await prove({ call, credentials: 'session without MFA', expected: 'refused' }, async () =>
        probe.call(plain),
      ),
      await prove({ call, credentials: 'MFA session', expected: 'allowed' }, async () =>
        probe.call(mfa),
      ),
    ]
  })
  const { arn } = await withExplanation(errorContext, async () => bare.getCallerIdentity())
  return { arn, proofs, asked: source.profile }
}

function proofsInWords(proofs: readonly Proof[]): string {
  const rows = proofs.map((proof) => [
    isAsExpected(proof) ? 'ok' : 'NOT OK',
    proof.call,
    proof.credentials,
    proof.expected,
    proof.why === undefined ? proof.seen : `${proof.seen} (${proof.why})`,
  ])
  return table([['', 'CALL', 'CREDENTIALS', 'EXPECTED', 'SEEN'], ...rows])
}
