import { randomBytes } from 'node:crypto'
import { assumedRoleArn } from './account/arns.ts'
import type { Params, ServiceResponse } from './protocol/service.ts'
import type { ServerState } from './state.ts'

/** The federation endpoint of the console (IAM User Guide, "Enable custom identity broker access"). */
export const FEDERATION_PATH = '/federation'

/** `getSigninToken` returns a token for a session; `login` accepts it once and shows who signed in. */
export function runFederation(params: Params, state: ServerState): ServiceResponse {
  const { Action, Session, SessionDuration, SigninToken = '' } = params
  const { signInTokens } = state
  const arn = Action === 'login' ? signInTokens.get(SigninToken) : findRoleSession(Session, state)
  // Users report that AWS refuses a duration for roles assumed by role chaining (aws-console#33).
  if (arn === undefined || SessionDuration !== undefined) {
    return { status: 400, outcome: 'BadRequest', body: '<h1>400</h1>', type: 'text/html' }
  }
  if (Action === 'login') {
    signInTokens.delete(SigninToken)
    return { status: 200, outcome: 'OK', body: `<p>Signed in as ${arn}</p>`, type: 'text/html' }
  }
  const token = randomBytes(48).toString('base64url')
  signInTokens.set(token, arn)
  const body = JSON.stringify({ SigninToken: token })
  return { status: 200, outcome: 'OK', body, type: 'application/json' }
}

/** The ARN of a valid session of a role; sessions of users cannot sign in. */
function findRoleSession(text: string | undefined, state: ServerState): string | undefined {
  const given = JSON.parse(text ?? '{}') as Record<string, string>
  const session = state.sessions.get(given.sessionId ?? '')
  if (session === undefined || session.expiresAt <= state.now()) return undefined
  const { secretAccessKey, sessionToken, principal } = session
  if (secretAccessKey !== given.sessionKey || sessionToken !== given.sessionToken) return undefined
  if (principal.kind === 'user') return undefined
  return assumedRoleArn(state.account, principal.role, principal.sessionName)
}
