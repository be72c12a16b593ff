import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { proxyFor } from '../../../src/aws/http/proxy-setting.ts'
import { has } from '../../support/programs.ts'

type Env = Readonly<Record<string, string>>

const PROXY = 'http://proxy:3128'
const STS = 'https://sts.eu-west-1.amazonaws.com/'

const before = { ...process.env }
beforeEach(() => {
  for (const name of Object.keys(process.env).filter((each) => /_proxy$/i.test(each)))
    Reflect.deleteProperty(process.env, name)
})
afterEach(() => {
  process.env = { ...before }
})

/** `host:port` of the proxy, for a URL and with these variables. */
function found(env: Env, url: string): string | undefined {
  Object.assign(process.env, env)
  const proxy = proxyFor(new URL(url))
  for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name)
  return proxy?.href.replace(/\/$/, '')
}

/** Where curl and the AWS CLI agree. */
const CASES: readonly [Env, string, string | undefined][] = [
  [{ HTTPS_PROXY: PROXY }, STS, PROXY],
  [{ https_proxy: PROXY }, STS, PROXY],
  [{ HTTPS_PROXY: 'http://other:1', https_proxy: PROXY }, STS, PROXY],
  [{ HTTPS_PROXY: 'proxy:3128' }, STS, PROXY],
  [{ HTTPS_PROXY: 'u:p@proxy:3128' }, STS, 'http://u:p@proxy:3128'],
  [{ HTTPS_PROXY: 'https://proxy:3128' }, STS, 'https://proxy:3128'],
  [{ HTTP_PROXY: PROXY }, STS, undefined],
  [{ http_proxy: PROXY }, 'http://localhost:4566/', PROXY],
  ...[
    ['amazonaws.com', undefined],
    ['.amazonaws.com', undefined],
    ['AmazonAWS.com', undefined],
    ['localhost, amazonaws.com', undefined],
    ['sts.eu-west-1.amazonaws.com', undefined],
    ['*', undefined],
    ['zonaws.com', PROXY],
    ['com.amazonaws', PROXY],
    ['sts.us-east-1.amazonaws.com', PROXY],
  ].map(([no = '', proxy]): [Env, string, string | undefined] => [
    { HTTPS_PROXY: PROXY, NO_PROXY: no },
    STS,
    proxy,
  ]),
  [{ HTTPS_PROXY: PROXY, NO_PROXY: 'x', no_proxy: 'amazonaws.com' }, STS, undefined],
  [{ http_proxy: PROXY, NO_PROXY: '.localhost' }, 'http://localhost:4566/', undefined],
  [{ http_proxy: PROXY, NO_PROXY: '127.0.0.1' }, 'http://127.0.0.1:4566/', undefined],
]

describe('the proxy of a URL', () => {
  it.each(CASES)('with %j, %s is %s', (env, url, proxy) => {
    expect(found(env, url)).toBe(proxy)
  })

  it.each<[Env, string, string | undefined]>([
    // The AWS CLI does not read ALL_PROXY; curl does.
    [{ ALL_PROXY: PROXY }, STS, PROXY],
    [{ all_proxy: 'proxy:3128', HTTPS_PROXY: 'http://own:1' }, STS, 'http://own:1'],
    // curl wants it without brackets.
    [{ http_proxy: PROXY, NO_PROXY: '[::1]' }, 'http://[::1]:4566/', undefined],
    // Empty and blank variables count as unset.
    [{ https_proxy: '', HTTPS_PROXY: PROXY }, STS, PROXY],
    [{ HTTPS_PROXY: ' \r' }, STS, undefined],
    [{ HTTPS_PROXY: `${PROXY}\r` }, STS, PROXY],
  ])('with %j, %s is %s', (env, url, proxy) => {
    expect(found(env, url)).toBe(proxy)
  })
})

const WITH_BOTOCORE = `
import json, os, sys
from botocore.httpsession import ProxyConfiguration
from botocore.utils import get_environ_proxies
found = []
for env, url in json.load(sys.stdin):
    os.environ.update(env)
    found.append(ProxyConfiguration(get_environ_proxies(url)).proxy_url_for(url))
    for name in env: del os.environ[name]
json.dump(found, sys.stdout)
`
test.skipIf(!has('python3', '-c', 'import botocore'))('botocore finds the same proxies', () => {
  const cases = CASES.map(([env, url]) => [env, url])
  const { stdout } = spawnSync('python3', ['-c', WITH_BOTOCORE], { input: JSON.stringify(cases) })
  const proxies = JSON.parse(String(stdout)) as (string | null)[]
  expect(proxies.map((each) => each ?? undefined)).toEqual(CASES.map(([, , proxy]) => proxy))
})

test.skipIf(!has('curl', '--version'))('curl finds the same proxies', () => {
  for (const [env, url, proxy] of CASES) {
    const args = [
      '-sv',
      '--max-time',
      '0.5',
      '--resolve',
      'proxy:3128:127.0.0.2',
      '--resolve',
      'sts.eu-west-1.amazonaws.com:443:127.0.0.3',
      url,
    ]
    const { stderr } = spawnSync('curl', args, { env: { PATH: before.PATH, ...env } })
    expect([env, String(stderr).includes('Trying 127.0.0.2')]).toEqual([env, proxy !== undefined])
  }
})
