import { randomBytes } from 'node:crypto'
import { sessionArn } from './account/model.ts'
import type { World } from './auth/caller.ts'
import type { Params } from './protocol/service.ts'

interface Page {
  readonly status: number
  readonly outcome: string
  readonly body: string
  readonly type: 'text/html' | 'application/json'
}

/** Sign-in tokens and the ARNs they are for; a token is good once here. */
const TOKENS = new Map<string, string>()

/** The console's federation endpoint (IAM User Guide, "Enable custom identity broker access"). */
export function federate(params: Params, world: World): Page {
  const { Action, Session, SessionDuration, SigninToken = '' } = params
  const arn = Action === 'login' ? TOKENS.get(SigninToken) : roleIn(Session, world)
  // It is told of by users that roles taken with a session get no duration (aws-console#33).
  if (arn === undefined || SessionDuration !== undefined) {
    return { status: 400, outcome: 'BadRequest', body: '<h1>400</h1>', type: 'text/html' }
  }
  if (Action === 'login') {
    TOKENS.delete(SigninToken)
    return { status: 200, outcome: 'OK', body: `<p>Signed in as ${arn}</p>`, type: 'text/html' }
  }
  const token = randomBytes(48).toString('base64url')
  TOKENS.set(token, arn)
  const body = JSON.stringify({ SigninToken: token })
  return { status: 200, outcome: 'OK', body, type: 'application/json' }
}

/** Only sessions of roles get a console. */
function roleIn(
  text: string | undefined,
  { account, sessions, ...world }: World,
): string | undefined {
  const given = JSON.parse(text ?? '{}') as Record<string, string>
  const session = sessions.get(given.sessionId ?? '')
  const isRight =
    session?.secretAccessKey === given.sessionKey && session?.sessionToken === given.sessionToken
  if (session === undefined || !isRight || session.expiresAt <= world.now()) return undefined
  const { holder } = session
  return holder.kind === 'role' ? sessionArn(account, holder.role, holder.sessionName) : undefined
}
