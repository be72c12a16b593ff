/** The settings of a profile as variables, for programs that do not read the profile. Pure. */
import type { Settings } from '../../profile/settings.ts'
import { sha256 } from './digest.ts'

type Env = Readonly<Record<string, string | undefined>>
type Variables = Readonly<Record<string, string>>

/** Where the caller has the variable, it stays as it is (AWS SDKs and Tools Reference Guide, "Settings reference"). */
const VARIABLES = [
  ['ca_bundle', 'AWS_CA_BUNDLE'],
  ['use_fips_endpoint', 'AWS_USE_FIPS_ENDPOINT'],
  ['use_dualstack_endpoint', 'AWS_USE_DUALSTACK_ENDPOINT'],
] as const

const IGNORE = 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'
const ENDPOINT = 'AWS_ENDPOINT_URL'
/** Names the variables of settings that `env` has set in a shell, each with a digest of its value. */
const NOTE = 'MFA_LOGIN_ENV'

/** `region` is that of `--region`. */
export function settingVariables(
  { env, region }: { readonly env: Env; readonly region?: string | undefined },
  settings: Settings,
): Variables {
  const values = VARIABLES.map(([key, name]) => [name, settings.setting(key)] as const)
  const isMissing = ([name, value]: readonly [string, string | undefined]): boolean =>
    value !== undefined && env[name] === undefined
  const others = [...values, ...endpointVariables(env, settings)].filter(isMissing)
  return { ...regionVariables(env, region, settings), ...Object.fromEntries(others) } as Variables
}

/** The AWS CLI and boto3 read the second one first, and SDKs only the first. */
function regionVariables(env: Env, requested: string | undefined, settings: Settings): Variables {
  const { AWS_REGION, AWS_DEFAULT_REGION } = env
  const ofProfile = settings.setting('region')
  const region = requested ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? ofProfile
  const second = requested ?? AWS_DEFAULT_REGION ?? AWS_REGION ?? ofProfile
  if (region === undefined || second === undefined) return {}
  return { AWS_REGION: region, AWS_DEFAULT_REGION: second }
}

/** What wins over an endpoint of the files is not hidden by it. */
function endpointVariables(
  env: Env,
  settings: Settings,
): (readonly [string, string | undefined])[] {
  const ignore = settings.setting('ignore_configured_endpoint_urls')
  if (ignore?.toLowerCase() === 'true') return [[IGNORE, ignore]]
  if (env[ENDPOINT] !== undefined || env[IGNORE]?.toLowerCase() === 'true') return []
  const services = settings.services().map((service) => {
    const name = service.toUpperCase().replace(/[^A-Z\d]+/g, '_')
    return [`${ENDPOINT}_${name}`, settings.serviceEndpoint(service)?.value] as const
  })
  return [...services, [ENDPOINT, settings.setting('endpoint_url')]]
}

/** The variable by which a later command knows those of settings that `env` sets in this shell. */
export function noteOfSettings(env: Env, settings: Variables): Variables {
  const own = Object.entries(settings).filter(([name]) => env[name] === undefined)
  if (own.length === 0) return {}
  return { [NOTE]: own.map(([name, value]) => `${name}:${digestOf(value)}`).join(' ') }
}

/** The variables that an earlier `env` set in this shell, and that still have its values; with the note itself. */
export function settingsOfEarlierEnv(env: Env): string[] {
  const note = env[NOTE]
  if (note === undefined) return []
  const names = note.split(' ').flatMap((each) => {
    const [name = '', digest] = each.split(':')
    const value = env[name]
    return value !== undefined && digestOf(value) === digest ? [name] : []
  })
  return [...names, NOTE]
}

/** The environment without what an earlier `env` took from a profile: that is not a setting of the person. */
export function ownEnvironment(env: Env): Env {
  const earlier = settingsOfEarlierEnv(env)
  if (earlier.length === 0) return env
  const isOwn = (name: string | symbol): boolean => !earlier.includes(String(name))
  return new Proxy(env, {
    get: (target, name) => (isOwn(name) ? target[String(name)] : undefined),
    has: (target, name) => isOwn(name) && String(name) in target,
  })
}

function digestOf(value: string): string {
  return sha256(value).slice(0, 8)
}
