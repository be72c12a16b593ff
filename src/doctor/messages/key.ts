import type { KeyFinding, LongTermKey } from '../findings.ts'
import { error, type FindingMessage, type Messages } from './message.ts'

export const KEY_MESSAGES: Messages<KeyFinding> = {
  'role-source': ({ message, remedy }) => error(message, remedy),
  'no-keys': (finding, { profile }) => describeMissingKeys(finding, profile),
  'keyring-silent': ({ message, remedy }) => error(message, remedy),
  'key-unknown': ({ key }) =>
    error(
      `AWS does not know the access key …${key.ending} ${formatLocation(key)}: it is deleted, inactive or of another partition`,
      configureCommand(key),
    ),
  'secret-wrong': ({ key }) =>
    error(
      `The secret access key ${formatLocation(key)} does not belong to the access key …${key.ending}`,
      configureCommand(key),
    ),
}

function describeMissingKeys(
  { holder, mayBeInEnvironment, isForRole }: Extract<KeyFinding, { code: 'no-keys' }>,
  profile: string,
): FindingMessage {
  if (holder === undefined) {
    return error(
      `The profile ${profile} takes its role with keys of the environment, and there are no long-term ones`,
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to long-term keys, and no AWS_SESSION_TOKEN',
    )
  }
  const purpose = isForRole
    ? ` for the profile ${holder}, with which ${profile} takes its role`
    : ''
  const others = mayBeInEnvironment ? `, [${holder}] and the environment` : ` and [${holder}]`
  return error(
    `There are no long-term keys${purpose}: looked in [${holder}-long-term]${others}`,
    `aws configure --profile ${holder}`,
  )
}

function formatLocation({ profile }: LongTermKey): string {
  return profile === undefined ? 'in the environment' : `of [${profile}]`
}

function configureCommand({ profile }: LongTermKey): string {
  return profile === undefined
    ? 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again'
    : `aws configure --profile ${profile}`
}
