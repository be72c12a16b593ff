import { nonEmpty } from '../non-empty.ts'
import { nameIn } from './ini/ini-file.ts'
import { profileValues, type ProfileFiles } from './values.ts'

/**
 * Looks up `endpoint_url` of a service in the `[services NAME]` section of the config that the profile names
 * (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
 */
export function serviceEndpointIn(
  { config }: ProfileFiles,
  setting: (key: string) => string | undefined,
): (service: string) => string | undefined {
  return (service) => {
    const name = setting('services')
    if (name === undefined) return undefined
    const section = config.sections.findLast(({ header }) => nameIn('services', header) === name)
    const nested = section?.entries.find(({ key }) => key === service)?.value ?? ''
    return /^\s*endpoint_url\s*=\s*(\S+)\s*$/m.exec(nested)?.[1]
  }
}

/** The settings of one profile alone, without those of the profiles that its keys or role come from. */
export function profileSettings(files: ProfileFiles, profile: string) {
  const values = profileValues(files, profile)
  const setting = (key: string): string | undefined => nonEmpty(values.get(key))
  return { setting, serviceEndpoint: serviceEndpointIn(files, setting) }
}
