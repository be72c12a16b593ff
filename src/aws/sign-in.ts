import { AwsError, type SigninToken } from './api.ts'
import { endpointOf } from './endpoint.ts'
import { notAws } from './errors/from-sdk.ts'
import type { Caller } from './sdk.ts'

/**
 * The federation endpoint's getSigninToken (IAM User Guide, "Enable custom identity broker access to
 * the AWS console"). Without SessionDuration, which it refuses for sessions of role chaining.
 */
export async function getSigninToken(
  { settings, http, warn }: Caller,
  signInHost: string,
): Promise<SigninToken> {
  const endpoint = endpointOf('signin', settings, warn) ?? `https://${signInHost}`
  const { keys } = settings
  const session = {
    sessionId: keys.accessKeyId,
    sessionKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken,
  }
  const url = new URL('/federation', endpoint)
  url.searchParams.set('Action', 'getSigninToken')
  url.searchParams.set('Session', JSON.stringify(session))
  const request = { operation: 'getSigninToken', method: 'GET', url, headers: {} }
  const { status, body } = await http.send(request)
  if (status !== 200) {
    throw new AwsError('Signin', 'the sign-in service refuses the session', status)
  }
  return { endpoint, token: tokenIn(body.toString('utf8')) }
}

function tokenIn(body: string): string {
  try {
    const { SigninToken } = JSON.parse(body) as { SigninToken?: unknown }
    if (typeof SigninToken === 'string' && SigninToken !== '') return SigninToken
  } catch {
    // Reported below.
  }
  throw notAws('no sign-in token in the answer')
}

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
