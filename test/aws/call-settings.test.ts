import { describe, expect, it, test } from 'vitest'
import type { ProfileSettings, Sourced } from '../../src/aws/api.ts'
import { callSettings as settingsFor } from '../../src/aws/call-settings.ts'
import { endpointOf } from '../../src/aws/endpoint.ts'
import { nonEmpty, readableEnvironment } from '../../src/non-empty.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { resolveSource } from '../../src/profile/resolve.ts'

type Values = Record<string, string>

function sourcedIn(values: Values, key: string, from: string): Sourced | undefined {
  const value = nonEmpty(values[key])
  return value === undefined ? undefined : { value, from }
}

function profile(settings: Values, endpoints: Values = {}): ProfileSettings {
  return {
    setting: (key) => nonEmpty(settings[key]),
    sourced: (key) => sourcedIn(settings, key, key),
    serviceEndpoint: (service) =>
      settings.services === undefined
        ? undefined
        : sourcedIn(endpoints, service, `endpoint_url of ${service}`),
  }
}

const callSettings: typeof settingsFor = (env, ...rest) =>
  settingsFor(readableEnvironment(env), ...rest)

const DEVICE = 'arn:aws:iam::123456789012:mfa/alice'

function stsEndpoint(env: Values, settings: ProfileSettings): string | undefined {
  return endpointOf('sts', callSettings(env, settings, DEVICE))
}

describe('the endpoint of STS', () => {
  test.each<[string, Values, Values, string | undefined]>([
    ['a variable', { AWS_ENDPOINT_URL: 'http://localhost:4566' }, {}, 'http://localhost:4566'],
    [
      'STS’s own variable first',
      { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_STS: 'http://b' },
      {},
      'http://b',
    ],
    ['a variable with a path', { AWS_ENDPOINT_URL: 'http://a/sts' }, {}, 'http://a/sts'],
    ['no empty variable', { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_STS: '' }, {}, undefined],
    [
      'no variable that is to be ignored',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      {},
      undefined,
    ],
    [
      'no setting that is to be ignored',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: '' },
      { endpoint_url: 'http://b', ignore_configured_endpoint_urls: 'True' },
      undefined,
    ],
    ['a setting', {}, { endpoint_url: 'http://a' }, 'http://a'],
    [
      'a variable before a setting',
      { AWS_ENDPOINT_URL: 'http://a' },
      { endpoint_url: 'http://b', services: 'mine' },
      'http://a',
    ],
    [
      'a section of services before a setting',
      {},
      { endpoint_url: 'http://b', services: 'mine' },
      'http://sts',
    ],
    ['a section of services', {}, { services: 'mine' }, 'http://sts'],
  ])('is set by %s', (_, env, settings, expected) => {
    expect(stsEndpoint(env, profile(settings, { sts: 'http://sts' }))).toBe(expected)
  })

  test.each<[string, Values, Values]>([
    ['a variable', { AWS_ENDPOINT_URL: 'http://localhost:99999' }, {}],
    ['a setting', {}, { endpoint_url: 'http://localhost:99999' }],
    ['a section of services', {}, { services: 'mine' }],
  ])('is refused where %s is no address', (_, env, settings) => {
    const services = { sts: 'http://localhost:99999' }
    expect(() => stsEndpoint(env, profile(settings, services))).toThrow(
      'The endpoint "http://localhost:99999" is not an http:// or https:// address.',
    )
  })

  test.each<[string, Values, Values]>([
    ['FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, {}],
    ['dual stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, {}],
    ['FIPS in the config', {}, { use_fips_endpoint: 'true' }],
    ['dual stack in the config', {}, { use_dualstack_endpoint: 'true' }],
  ])('follows %s, unless it is set', (variant, env, settings) => {
    const isFips = variant.startsWith('FIPS')
    expect(callSettings(env, profile(settings), DEVICE)).toMatchObject({
      useFips: isFips,
      useDualstack: !isFips,
    })
    const both = { ...env, AWS_ENDPOINT_URL: 'http://a' }
    expect(() => stsEndpoint(both, profile(settings))).toThrow(
      'endpoint and AWS_ENDPOINT_URL cannot be used together',
    )
  })
})

describe('an endpoint in the AWS files', () => {
  const KEYS = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n'

  function endpoints(config: string, env: Values = {}) {
    const files = { config: parseIni(config), credentials: parseIni(`[work]\n${KEYS}`) }
    const source = resolveSource(files, env, { profile: 'work' })
    const { sts, iam } = callSettings(env, source, DEVICE).endpoints ?? {}
    return [sts?.value, iam?.value]
  }

  it('is that of the profile, for STS and IAM, and not of another', () => {
    const other = '[default]\nendpoint_url = http://127.0.0.1:1\n'
    for (const text of [
      `${other}[profile work]\nendpoint_url = http://a\n`,
      `${other}[profile work]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = http://a\niam =\n  region = x\n  endpoint_url=http://a\n[services other]\nsts =\n  endpoint_url = http://b\n`,
      `${other}[profile work]\nservices = mine\nendpoint_url = http://a\n[services "mine"]\nsts =\n  endpoint_url = http://a\n`,
      // With a comment behind the header.
      `[profile work]\nservices = mine\nendpoint_url = http://a\n[services mine] # ours\nsts =\n  endpoint_url = http://a\n`,
    ]) {
      expect(endpoints(text), text).toEqual(['http://a', 'http://a'])
    }
  })

  it('is none where another profile has one, or where it is to be ignored', () => {
    const other = '[default]\nendpoint_url = http://127.0.0.1:1\n'
    expect(endpoints(`${other}[profile work]\nregion = eu-west-1\n`)).toEqual([
      undefined,
      undefined,
    ])
    const ignoring = 'endpoint_url = http://a\nignore_configured_endpoint_urls = true\n'
    expect(endpoints(`[profile work]\n${ignoring}`)).toEqual([undefined, undefined])
    const env = { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }
    expect(endpoints('[profile work]\n', env)).toEqual([undefined, undefined])
    expect(endpoints('[profile work]\n', { AWS_ENDPOINT_URL: 'http://a' })).toEqual([
      'http://a',
      'http://a',
    ])
    expect(endpoints('[profile work]\nservices = missing\n')).toEqual([undefined, undefined])
  })
})

describe('the region', () => {
  test.each<[Values, Values, string, string]>([
    [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x' }, {}, 'eu-west-1', 'AWS_REGION'],
    [
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' },
      { region: 'eu-west-3' },
      'eu-west-2',
      'AWS_DEFAULT_REGION',
    ],
    [{}, { region: 'eusc-de-east-1' }, 'eusc-de-east-1', 'region'],
    [{}, {}, 'us-east-1', 'the partition of the device'],
  ])('with %j and %j is %s from %s', (env, settings, region, regionFrom) => {
    expect(callSettings(env, profile(settings), DEVICE)).toMatchObject({ region, regionFrom })
  })

  it('is refused where no partition has it', () => {
    for (const region of [
      'moon-1',
      'eu-west',
      'xx-central-1',
      'https://evil.example/',
      'us-east-1.',
    ]) {
      expect(() => stsEndpoint({ AWS_REGION: region }, profile({}))).toThrow(
        `There is no AWS region ${JSON.stringify(region)}.`,
      )
    }
  })

  it('is named with the setting that it is from', () => {
    const settings = profile({ region: 'moon-1' })
    expect(() => stsEndpoint({}, settings)).toThrow(
      expect.objectContaining({ hint: 'check region' }),
    )
  })

  it('is asked for where the device is in an unknown partition', () => {
    const device = 'arn:aws-moon:iam::123456789012:mfa/alice'
    expect(() => callSettings({}, profile({}), device)).toThrow(
      'There is no AWS partition "aws-moon"',
    )
    const settings = callSettings({}, profile({ region: 'eu-west-1' }), device)
    expect(settings.region).toBe('eu-west-1')
  })
})

describe('the settings of one service', () => {
  const env = {
    AWS_ENDPOINT_URL_STS: 'http://localhost:4566',
    AWS_ENDPOINT_URL_IAM: 'localhost:4566',
    AWS_ENDPOINT_URL_SIGNIN: 'https://signin.example',
    AWS_REGION: 'moon-1',
  }

  it('do not matter for another', () => {
    const settings = callSettings(env, profile({}), DEVICE)
    expect(endpointOf('sts', settings)).toBe('http://localhost:4566')
    expect(() => endpointOf('iam', settings)).toThrow('The endpoint "localhost:4566" is not')
    expect(() => endpointOf('s3', settings)).toThrow('There is no AWS region "moon-1".')
  })

  it('leave out FIPS for the sign-in service, which has no such endpoints', () => {
    const settings = callSettings({ ...env, AWS_USE_FIPS_ENDPOINT: 'true' }, profile({}), DEVICE)
    expect(endpointOf('signin', settings)).toBe('https://signin.example')
    expect(() => endpointOf('sts', settings)).toThrow('cannot be used together')
  })

  it('are trimmed, and blank ones count as unset', () => {
    const blank = { AWS_REGION: ' ', AWS_ENDPOINT_URL: ' ', AWS_ENDPOINT_URL_STS: ' http://a ' }
    const settings = callSettings(blank, profile({}), DEVICE)
    expect(settings.region).toBe('us-east-1')
    expect([endpointOf('sts', settings), endpointOf('iam', settings)]).toEqual([
      'http://a',
      undefined,
    ])
  })
})
