/** Addresses of the AWS console; pure. */
import type { SigninToken } from './api.ts'

/** The console's page for a service in a region, by default its home page. */
export function consolePage(host: string, region: string, service: string | undefined): string {
  return `https://${host}/${service ?? 'console'}/home?region=${region}`
}

/** The URL that signs a browser in; valid for 15 minutes (IAM User Guide, as for getSigninToken). */
export function loginUrl({ endpoint, token }: SigninToken, page: string): string {
  const url = new URL('/federation', endpoint)
  url.searchParams.set('Action', 'login')
  url.searchParams.set('Issuer', 'mfa-login')
  url.searchParams.set('Destination', page)
  url.searchParams.set('SigninToken', token)
  return url.href
}
