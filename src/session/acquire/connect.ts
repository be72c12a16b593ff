import type { Aws, AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { callSettings } from '../../aws/call-settings.ts'
import { plainStsEndpoint } from '../../aws/sts-endpoint.ts'

/** A client for the source's keys, or for those given: a session of theirs, or what the keyring gave. */
export async function connect(
  context: Context,
  source: CredentialSource,
  serial: string | undefined,
  keys?: AwsKeys,
): Promise<Aws> {
  const setting = (key: string): string | undefined => source.setting(key)
  const settings = callSettings(context.env, setting, serial)
  return context.aws({
    keys: keys ?? (await readLongTermKeys(context, source)),
    profile: source.settingsProfile,
    stsEndpoint: plainStsEndpoint(context.env, setting, settings.region),
    ...settings,
  })
}

/** A client that gets ready while a person types a code. */
export interface EarlyConnection {
  /** What went wrong meanwhile comes to light here. */
  client(): Promise<Aws>
  close(): void
}

/** Loads the SDK and, where there is time for it, opens the connection. */
export function connectEarly(
  context: Context,
  source: CredentialSource,
  serial: string,
  { keys, hasTime }: { readonly keys: AwsKeys; readonly hasTime: boolean },
): EarlyConnection {
  const client = connect(context, source, serial, keys)
  const ready = client.then(async (aws) => (hasTime ? aws.prepare() : () => undefined))
  const close = ready.then((giveUp) => giveUp).catch(() => () => undefined)
  return {
    client: async () => client,
    close: () => void close.then((giveUp) => giveUp()),
  }
}
