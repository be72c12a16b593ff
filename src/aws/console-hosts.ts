import { SigninClient } from '@aws-sdk/nested-clients/signin'
import { usageFailure } from '../failure.ts'
import { partitionOf } from './partitions.ts'
import { silenceVersionWarnings } from './sdk.ts'

/**
 * The hosts of the console for a region, from the SDK's rules for the sign-in service. Throws a usage Failure
 * for an unknown region and for partitions without a public console.
 */
export function consoleHosts(region: string) {
  const { name } = partitionOf(region)
  if (name.startsWith('aws-iso')) {
    throw usageFailure(
      `The console of the partition ${name} is not public, so mfa-login cannot sign in to it.`,
      'mfa-login exec or mfa-login env, for a session without the console',
    )
  }
  silenceVersionWarnings()
  const { config } = new SigninClient({ region })
  const { url } = config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false })
  const common = url.host.replace(`${region}.`, '')
  // Elsewhere all regions share a host; `signin.amazonaws-eusc.eu` does not answer.
  const signIn = name === 'aws-eusc' ? url.host : common
  return { signIn, console: common.replace(/^signin\./, 'console.') }
}
