import type { AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import type { CredentialSource } from './resolve.ts'

/** The long-term keys of a source; reads the secret from the keyring where it is there. Throws a Failure. */
export async function readLongTermKeys(
  context: Context,
  source: Pick<CredentialSource, 'accessKeyId' | 'secretAccessKey' | 'keysProfile'>,
): Promise<AwsKeys> {
  const { accessKeyId, keysProfile = '' } = source
  const secretAccessKey = source.secretAccessKey ?? (await context.keyring.read(accessKeyId))
  if (secretAccessKey !== undefined) return { accessKeyId, secretAccessKey }
  throw new Failure(
    'files',
    `[${keysProfile}] says that the keyring holds the access key …${accessKeyId.slice(-4)}, but it does not.`,
    `aws configure --profile ${keysProfile}, then: mfa-login keys store --profile ${keysProfile}`,
  )
}
