/** Which of two keys for one profile is to stay: AWS tells which of them it accepts, without a code. */
import { AwsError } from '../aws/api.ts'
import { classifyError } from '../aws/errors/classify.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import { findSource, type PlacedKeys } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { toOneLine } from '../sanitize.ts'
import { connect } from '../session/acquire/connect.ts'
import { shortKeyId } from './key-locations.ts'

interface Choice {
  readonly files: ProfileFiles
  readonly profile: string
  readonly keys: readonly PlacedKeys[]
  readonly isUnattended: boolean
  /** The command that keeps the key of a profile without asking. */
  readonly command: (keep: string) => string
}

/** The profile whose section has the key that is to stay. Throws a Failure if nobody can be asked. */
export async function chooseKey(context: Context, choice: Choice): Promise<string> {
  const { profile, keys, isUnattended, command } = choice
  const judged = await Promise.all(keys.map(async (key) => judge(context, choice, key)))
  // Enter takes the first one.
  judged.sort((one, other) => Number(other.isAccepted) - Number(one.isAccepted))
  const lines = judged.map(({ text }) => text)
  const terminal = isUnattended ? undefined : await context.openTerminal()
  if (terminal === undefined) {
    const [{ key } = { key: keys[0] }] = judged
    throw usageFailure(
      `There are two long-term keys for the profile ${profile}: ${lines.join('; ')}.`,
      command(key?.keysProfile ?? profile),
    )
  }
  try {
    const line = await terminal.choose(`Which key is to stay for the profile ${profile}?`, lines)
    return judged[lines.indexOf(line)]?.key.keysProfile ?? profile
  } finally {
    terminal.close()
  }
}

async function judge(context: Context, { files, profile }: Choice, key: PlacedKeys) {
  const what = `${shortKeyId(key.accessKeyId)} in [${key.keysProfile}]`
  try {
    const source = findSource(files, context.env, { profile })
    if (source === undefined) return { key, isAccepted: false, text: what }
    const aws = await connect(context, source, undefined, await readLongTermKeys(context, key))
    const { arn } = await aws.getCallerIdentity()
    return { key, isAccepted: true, text: `${what}, which AWS accepts as ${arn}` }
  } catch (error) {
    return { key, isAccepted: false, text: `${what}, ${problemOf(error)}` }
  }
}

function problemOf(error: unknown): string {
  if (error instanceof Failure) return `which cannot be read: ${error.message}`
  if (!(error instanceof AwsError)) throw error
  const isRefused = classifyError(error) === 'refused'
  if (isRefused && error.code === 'InvalidClientTokenId') return 'which AWS does not know'
  if (isRefused && error.code === 'SignatureDoesNotMatch') return 'whose secret is wrong'
  return `which could not be checked: ${toOneLine(error.message)}`
}
