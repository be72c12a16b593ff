import { gatherProofs } from '../../administration/gather-proofs.ts'
import {
  conclude,
  PROBE_NAMES,
  USUAL_PROBES,
  verdictOf,
  type Conclusion,
  type ProbeName,
  type Proof,
} from '../../administration/proof.ts'
import type { Service } from '../../aws/api.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { retry } from '../../aws/retry.ts'
import { command } from '../../command.ts'
import type { Context } from '../../context.ts'
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import { checkEndpoints, connect } from '../../session/acquire/connect.ts'
import { connectWithMfa } from '../../session/acquire/mfa-client.ts'
import { SHORTEST } from '../../session/model/duration.ts'
import { table } from '../../table.ts'

export default command({
  about:
    'Proves as a user that the policy requires MFA: calls of several services are refused with the bare key and ' +
    'with a session without MFA, by an explicit deny, and allowed with the MFA session. Exit code 1 if not.',
  options: {
    profile: PROFILE,
    probe: {
      value: 'ACTION',
      about: 'try this call only',
      choices: PROBE_NAMES,
      defaultText: 'all but iam:GetUser',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login policy verify --profile work', 'after "policy apply"'],
    ['mfa-login policy verify -p work --probe s3:ListAllMyBuckets', 'one call'],
  ],
  run: async ({ profile, probe, json }, context) => {
    const probes = probe === undefined ? USUAL_PROBES : [probe]
    const { arn, proofs, profileName } = await proveAsUser(context, profile, probes)
    const isChosen = probe !== undefined
    const conclusion = conclude(proofs, { profile: profileName, isChosen })
    const { proved, notProved, isProven } = conclusion
    if (json) printJson(context, { user: arn, proofs, proved, notProved, isProven })
    else context.report(describeProofs(proofs, context.columns))
    for (const line of describeConclusion(conclusion, arn, profileName)) context.info(line)
    return isProven ? 'ok' : 'findings'
  },
})

async function proveAsUser(
  context: Context,
  profile: string | undefined,
  probes: readonly ProbeName[],
) {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const bare = await connect(context, source, source.serialNumber)
  const services = probes.map((name) => name.split(':')[0] as Service)
  await checkEndpoints(context, source, source.serialNumber, services)
  // First, so that a code is asked for before any call is made.
  const mfa = await connectWithMfa(context, paths, source)
  const profileName = source.profile
  const retryCommand = `mfa-login policy verify --profile ${profileName}`
  context.debug.log(
    `compares the bare key …${source.accessKeyId.slice(-4)} with sessions of it, by ${probes.join(', ')}`,
  )
  return withExplanation({ ...source, retryCommand }, async () => {
    const again = async <T>(call: () => Promise<T>): Promise<T> => retry(context, call)
    // Needs no code: a stolen key can make such a session for itself.
    const session = await again(async () => bare.getSessionToken({ durationSeconds: SHORTEST }))
    const withoutMfa = await connect(context, source, source.serialNumber, session)
    const proofs = await gatherProofs({ bare, withoutMfa, mfa }, probes, again)
    const { arn } = await again(async () => bare.getCallerIdentity())
    return { arn, proofs, profileName }
  })
}

function describeProofs(proofs: readonly Proof[], columns: number): string {
  const rows = proofs.map((proof) => [
    verdictOf(proof),
    proof.call,
    proof.credentials,
    proof.expected,
    proof.why === undefined ? proof.seen : `${proof.seen} (${proof.why})`,
  ])
  return table([['', 'CALL', 'CREDENTIALS', 'EXPECTED', 'SEEN'], ...rows], columns)
}

function describeConclusion(
  { proved, notProved, remedy }: Conclusion,
  arn: string,
  profile: string,
): string[] {
  const reasons = notProved.map(({ call, why }) => `${call} (${why})`)
  const without = reasons.length === 0 ? [] : [`No proof by ${reasons.join('; ')}.`]
  if (remedy !== undefined) return [...without, `Not proven for ${arn}. Try: ${remedy}`]
  return [
    ...without,
    `Proven for ${arn}, by ${proved.join(', ')}.`,
    `Other calls were not tried; what the policies decide about them: mfa-login policy check --live --profile ${profile}`,
  ]
}
