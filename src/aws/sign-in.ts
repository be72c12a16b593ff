import { AwsError, type AwsSettings, type SigninToken } from './api.ts'
import { getRequest } from './http/get-request.ts'
import type { Http } from './http/http-client.ts'
import { notAws } from './sdk.ts'
import { hostsOf, signinEndpoint } from './endpoints.ts'

/**
 * The federation endpoint's getSigninToken (IAM User Guide, "Enable custom identity broker access to
 * the AWS console"). Without SessionDuration, which it refuses for a role taken with a session.
 */
export async function getSigninToken(
  { keys, region, profile, endpoint: fixed }: AwsSettings,
  http: Http,
): Promise<SigninToken> {
  const endpoint = fixed ?? (await signinEndpoint(profile, region))
  const url = new URL('/federation', endpoint)
  const session = {
    sessionId: keys.accessKeyId,
    sessionKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken,
  }
  const query = { Action: 'getSigninToken', Session: JSON.stringify(session) }
  const { status, body } = await http.ask(getRequest(url, query))
  if (status !== 200) {
    throw new AwsError('Signin', 'the sign-in service refuses the session', status)
  }
  return { endpoint, token: tokenIn(body.toString('utf8')), consoleHost: hostsOf(region).console }
}

function tokenIn(body: string): string {
  try {
    const { SigninToken } = JSON.parse(body) as { SigninToken?: unknown }
    if (typeof SigninToken === 'string' && SigninToken !== '') return SigninToken
  } catch {
    // Said below.
  }
  throw notAws('no sign-in token in the answer')
}
