import type { ProfileSettings, Sourced } from '../aws/api.ts'
import { nonEmpty } from '../non-empty.ts'
import { KINDS, nameIn, type FileKind, type IniEntry } from './ini/ini-file.ts'
import { profileValues, type ProfileFiles } from './values.ts'

export interface Settings extends ProfileSettings {
  /** The profiles that are asked, in order. */
  readonly names: readonly string[]
  /** The services for which `serviceEndpoint` has an endpoint. */
  services(): string[]
}

/** The settings of the first of these profiles that has them; an empty one counts as unset. */
export function settingsOf(files: ProfileFiles, names: readonly string[]): Settings {
  const holderOf = (key: string): string | undefined =>
    names.find((name) => nonEmpty(profileValues(files, name).get(key)) !== undefined)
  const setting = (key: string): string | undefined => {
    const name = holderOf(key)
    return name === undefined ? undefined : nonEmpty(profileValues(files, name).get(key))
  }
  const sourced = (key: string): Sourced | undefined => {
    const [name, value] = [holderOf(key), setting(key)]
    if (name === undefined || value === undefined) return undefined
    const [place] = KINDS.flatMap((kind) => {
      const entries = files[kind].profiles(kind).get(name)?.entries ?? []
      return entries.filter((entry) => entry.key === key).map((entry) => ({ kind, entry }))
    })
    return { value, from: place === undefined ? key : placeOf(files, key, place) }
  }
  return {
    names,
    setting,
    sourced,
    serviceEndpoint: serviceEndpointIn(files, setting),
    services: () => {
      const entries = servicesSection(files, setting)?.entries ?? []
      return entries.filter(({ value }) => ENDPOINT.test(value)).map(({ key }) => key)
    },
  }
}

function placeOf(
  { paths }: ProfileFiles,
  key: string,
  { kind, entry }: { readonly kind: FileKind; readonly entry: IniEntry },
): string {
  return paths === undefined ? key : `${key} in ${paths[kind]}:${entry.start + 1}`
}

const ENDPOINT = /^\s*endpoint_url\s*=\s*(\S+)\s*$/m

function servicesSection(files: ProfileFiles, setting: (key: string) => string | undefined) {
  const name = setting('services')
  if (name === undefined) return undefined
  return files.config.sections.findLast(({ header }) => nameIn('services', header) === name)
}

/**
 * Looks up `endpoint_url` of a service in the `[services NAME]` section of the config that the profile names
 * (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
 */
function serviceEndpointIn(
  files: ProfileFiles,
  setting: (key: string) => string | undefined,
): (service: string) => Sourced | undefined {
  return (service) => {
    const entry = servicesSection(files, setting)?.entries.find(({ key }) => key === service)
    const value = ENDPOINT.exec(entry?.value ?? '')?.[1]
    if (entry === undefined || value === undefined) return undefined
    return { value, from: placeOf(files, `endpoint_url of ${service}`, { kind: 'config', entry }) }
  }
}
