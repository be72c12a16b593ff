import type { NetworkFinding, NetworkSetting } from '../findings.ts'
import { error, unsetCommand, type Messages } from './message.ts'

export const NETWORK_MESSAGES: Messages<NetworkFinding> = {
  unreachable: ({ detail, settings }, { platform }) =>
    error(
      `AWS cannot be reached: ${detail}${describeSettings(settings)}`,
      `check the network${unsetHint(settings, platform)}`,
    ),
  'untrusted-certificate': ({ detail }) =>
    error(
      `The certificate of AWS’s endpoint is not trusted: ${detail}`,
      'set AWS_CA_BUNDLE or ca_bundle to the certificate file of your network',
    ),
  'not-aws': ({ settings }, { platform }) =>
    error(
      `What answers is not AWS but perhaps a proxy or a captive portal${describeSettings(settings)}`,
      `sign in to the network with a browser${unsetHint(settings, platform)}`,
    ),
  'aws-refused': ({ detail, isTemporary }, { profile }) =>
    isTemporary
      ? error(
          `AWS is busy or failing: ${detail}`,
          `in a minute: mfa-login doctor --profile ${profile}`,
        )
      : error(
          `AWS refused a question that it answers every key: ${detail}`,
          'show this to the administrators of the account',
        ),
}

function describeSettings(settings: readonly NetworkSetting[]): string {
  const each = settings.map(({ name, host }) => (host === undefined ? name : `${name} ${host}`))
  return each.length === 0 ? '' : `; calls go through ${each.join(', ')}`
}

function unsetHint(settings: readonly NetworkSetting[], platform: string): string {
  const names = settings.map(({ name }) => name)
  const variables = names.filter((name) => name !== 'endpoint_url')
  const edits = names.length > variables.length ? ['take endpoint_url out of the config'] : []
  const steps = variables.length === 0 ? edits : [unsetCommand(variables, platform), ...edits]
  return steps.length === 0 ? '' : `, or if that is not wanted: ${steps.join(', ')}`
}
