/** Addresses of the AWS console; pure. */
import type { SigninToken } from './api.ts'

/** A page of the console: a service's in a region, or the first one. */
export function consolePage(host: string, region: string, service: string | undefined): string {
  return `https://${host}/${service ?? 'console'}/home?region=${region}`
}

/** The address that signs a browser in, for 15 minutes (IAM User Guide, as for getSigninToken). */
export function loginUrl({ endpoint, token }: SigninToken, page: string): string {
  const url = new URL('/federation', endpoint)
  url.searchParams.set('Action', 'login')
  url.searchParams.set('Issuer', 'mfa-login')
  url.searchParams.set('Destination', page)
  url.searchParams.set('SigninToken', token)
  return url.href
}
