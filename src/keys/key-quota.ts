import type { Aws } from '../aws/api.ts'
import type { AccessKeyFacts } from '../aws/iam-api.ts'
import { Failure } from '../failure.ts'
import { shortKeyId } from './key-locations.ts'
import { deleteKey, lastUsed, retryCall, type Rotation } from './rotation.ts'

/** Access keys per user (IAM User Guide, "IAM and AWS STS quotas"). */
const MAX_KEYS = 2

/**
 * Lists the user's keys. If AWS allows no further one, offers to delete an inactive key; without consent throws
 * a Failure with the command that makes room.
 */
export async function makeRoomForKey(rotation: Rotation, aws: Aws): Promise<AccessKeyFacts[]> {
  const keys = await retryCall(rotation, async () => aws.listAccessKeys())
  const other = keys.find(({ accessKeyId }) => accessKeyId !== rotation.source.accessKeyId)
  if (keys.length < MAX_KEYS || other === undefined) return keys
  const message = `Your user has two access keys, as many as AWS allows. The other one, ${shortKeyId(other.accessKeyId)}, is ${await describeKey(aws, other)}.`
  if (!other.isActive && (await confirm(rotation, `${message} Delete it?`))) {
    await deleteKey(rotation, aws, other.accessKeyId)
    return keys.filter((key) => key !== other)
  }
  const action = other.isActive ? 'update-access-key --status Inactive' : 'delete-access-key'
  throw new Failure(
    'refused',
    message,
    `mfa-login exec --profile ${rotation.source.profile} -- aws iam ${action} --access-key-id ${other.accessKeyId}`,
  )
}

async function describeKey(aws: Aws, { accessKeyId, isActive }: AccessKeyFacts): Promise<string> {
  const used = await lastUsed(aws, accessKeyId)
  const state = isActive ? 'active' : 'inactive'
  if (used === 'hidden') return state
  if (used === 'never') return `${state} and was never used`
  return `${state} and was last used on ${new Date(used).toISOString().slice(0, 10)}`
}

async function confirm({ context, isUnattended }: Rotation, question: string): Promise<boolean> {
  const terminal = isUnattended ? undefined : await context.openTerminal()
  if (terminal === undefined) return false
  try {
    return await terminal.confirm(question)
  } finally {
    terminal.close()
  }
}
