import type { Url } from 'node:url'
import { getProxyForUrl } from 'proxy-from-env'
import { usageFailure } from '../../failure.ts'
import { readableEnvironment } from '../../non-empty.ts'

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as curl and the AWS CLI read them;
 * undefined for a direct connection. Throws a usage Failure for a proxy that no request can go through.
 */
export function proxyFor(url: URL): URL | undefined {
  const env = readableEnvironment(process.env)
  const scheme = url.protocol.slice(0, -1)
  const names = [`${scheme}_proxy`, 'all_proxy'].flatMap((name) => [name, name.toUpperCase()])
  const name = names.find((each) => env[each] !== undefined)
  if (name === undefined || isExempt(url)) return undefined
  const setting = env[name] ?? ''
  const address = setting.includes('://') ? setting : `http://${setting}`
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new URL(address)
  // Without the value, which may hold a password.
  throw usageFailure(
    `The proxy in ${name} is not an http:// or https:// address.`,
    `${name}=http://HOST:PORT, or NO_PROXY=${url.hostname}`,
  )
}

/** For the library, a name in NO_PROXY is one host; for curl and the AWS CLI, all hosts below it too. */
function isExempt({ protocol, hostname, port }: URL): boolean {
  const labels = hostname.split('.')
  const domains = labels.map((_, index) => labels.slice(index).join('.'))
  return domains
    .flatMap((host) => [host, `.${host}`])
    .some((host) => getProxyForUrl({ protocol, host, port } as Url) === '')
}
