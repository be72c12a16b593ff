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
import { printJson } from '../../print-json.ts'
import { readSource } from '../../profile/read-source.ts'
import { pathsOf } from '../../profile/paths.ts'
import { connectWithMfa } from '../../session/acquire/mfa-client.ts'
import { SHORTEST } from '../../session/model/duration.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { retry } from '../../aws/retry.ts'
import { checkEndpoints, connect } from '../../session/acquire/connect.ts'
import { table } from '../../table.ts'

export default command({
  about:
    'Proves as a user that the policy requires MFA: an everyday call is refused with the bare key and with a ' +
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
    const { arn, proofs, profileName } = await gatherProofs(context, profile, {
      name: probe,
      call: PROBES[probe],
    })
    const remedy = remedyFor(proofs, profileName)
    const isProven = remedy === undefined
    if (json) printJson(context, { user: arn, proofs, isProven })
    else context.report(describeProofs(proofs, context.columns))
    context.info(isProven ? `Proven for ${arn}.` : `Not proven for ${arn}. Try: ${remedy}`)
    return isProven ? 'ok' : 'findings'
  },
})

interface Probe {
  readonly name: string
  readonly call: (typeof PROBES)[keyof typeof PROBES]
}

async function gatherProofs(context: Context, profile: string | undefined, probe: Probe) {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const bare = await connect(context, source, source.serialNumber)
  if (probe.name.startsWith('s3:'))
    await checkEndpoints(context, source, source.serialNumber, ['s3'])
  // First, so that a code is asked for before any call is made.
  const mfa = await connectWithMfa(context, paths, source)
  const profileName = source.profile
  const retryCommand = `mfa-login policy verify --profile ${profileName}`
  context.debug.log(
    `compares the bare key …${source.accessKeyId.slice(-4)} with sessions of it, by ${probe.name}`,
  )
  return withExplanation({ ...source, retryCommand }, async () => {
    // Needs no code: a stolen key can make such a session for itself.
    const session = await retry(context, async () =>
      bare.getSessionToken({ durationSeconds: SHORTEST }),
    )
    const withoutMfa = await connect(context, source, source.serialNumber, session)
    const { name, call } = probe
    const cases = [
      [LIST_DEVICES, 'bare key', 'allowed', async () => bare.listMfaDevices()],
      [name, 'bare key', 'refused', async () => call(bare)],
      [name, 'session without MFA', 'refused', async () => call(withoutMfa)],
      [name, 'MFA session', 'allowed', async () => call(mfa)],
    ] as const
    const proofs: Proof[] = []
    for (const [action, credentials, expected, run] of cases) {
      const call = async (): Promise<unknown> => retry(context, run)
      proofs.push(await prove({ call: action, credentials, expected }, call))
    }
    const { arn } = await retry(context, async () => bare.getCallerIdentity())
    return { arn, proofs, profileName }
  })
}

function describeProofs(proofs: readonly Proof[], columns: number): string {
  const rows = proofs.map((proof) => [
    isAsExpected(proof) ? 'ok' : 'NOT OK',
    proof.call,
    proof.credentials,
    proof.expected,
    proof.why === undefined ? proof.seen : `${proof.seen} (${proof.why})`,
  ])
  return table([['', 'CALL', 'CREDENTIALS', 'EXPECTED', 'SEEN'], ...rows], columns)
}
