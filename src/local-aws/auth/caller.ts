import { roleArn, sessionArn, userArn, type AccessKey, type Account, type User } from '../account/model.ts'
import { policiesOfUser } from '../account/effective-policies.ts'
import { evaluate, type NamedPolicy } from '../../policy/evaluate.ts'
import { accessDenied, invalidToken, Refusal } from '../protocol/service-error.ts'
import type { Holder, Session, Sessions } from './sessions.ts'
import { readAuthorization, verifySignature, type HttpCall } from './signature.ts'

/** Who made a request, with which key. */
export interface Caller {
  readonly holder: Holder
  /** Undefined for long-term keys. */
  readonly session: Session | undefined
  readonly arn: string
  /** `aws:userid`. */
  readonly id: string
  readonly policies: readonly NamedPolicy[]
}

/** What the server's operations work on. */
export interface World {
  readonly account: Account
  readonly sessions: Sessions
  now(): number
}

interface Key {
  readonly secretAccessKey: string
  readonly holder: Holder
  readonly session?: Session
  /** The user's key itself, where it is one. */
  readonly longTerm?: AccessKey
}

export async function authenticate(call: HttpCall, world: World): Promise<Caller> {
  const authorization = readAuthorization(call)
  if (authorization === undefined) {
    throw new Refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
  }
  const key = findKey(world, authorization.accessKeyId)
  if (call.headers['x-amz-security-token'] !== key?.session?.sessionToken) throw invalidToken()
  if (key === undefined) throw invalidToken()
  await verifySignature(call, authorization, key.secretAccessKey, world.now())
  if (key.session && key.session.expiresAt <= world.now()) {
    throw new Refusal(403, 'ExpiredToken', 'The security token included in the request is expired')
  }
  if (key.longTerm) {
    const { service, region } = authorization
    key.longTerm.lastUsed = { at: world.now(), service, region }
  }
  return describeCaller(world.account, key)
}

function findKey({ account, sessions }: World, accessKeyId: string): Key | undefined {
  const session = sessions.get(accessKeyId)
  if (session) {
    return { secretAccessKey: session.secretAccessKey, holder: session.holder, session }
  }
  for (const user of account.users) {
    const key = user.keys.find((each) => each.accessKeyId === accessKeyId)
    if (key?.status === 'Active') {
      return { secretAccessKey: key.secretAccessKey, holder: { kind: 'user', user }, longTerm: key }
    }
  }
  return undefined
}

function describeCaller(account: Account, { holder, session }: Key): Caller {
  if (holder.kind === 'user') {
    const { user } = holder
    const id = user.isRoot ? account.id : user.id
    return {
      holder,
      session,
      arn: userArn(account, user),
      id,
      policies: policiesOfUser(account, user),
    }
  }
  const { role, sessionName } = holder
  const arn = sessionArn(account, role, sessionName)
  return { holder, session, arn, id: `${role.id}:${sessionName}`, policies: role.policies }
}

/** Throws AWS's AccessDenied unless the caller's policies allow the action. */
export function authorize(caller: Caller, action: string, resource: string, world: World): void {
  if (isRoot(caller)) return
  const context = policyContext(caller, world)
  const { decision } = evaluate(caller.policies, { action, resource, context })
  if (decision === 'allowed') return
  const reason =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  )
}

/** The context keys every request carries (IAM User Guide, "Global condition keys"). */
function policyContext({ holder, session, arn, id }: Caller, world: World) {
  const now = world.now()
  return {
    ...mfaContext(session, now),
    'aws:username': holder.kind === 'user' ? holder.user.name : undefined,
    'aws:userid': id,
    'aws:PrincipalArn': holder.kind === 'role' ? roleArn(world.account, holder.role) : arn,
    'aws:PrincipalAccount': world.account.id,
    'aws:PrincipalType': holder.kind === 'role' ? 'AssumedRole' : 'User',
    'aws:SourceIp': '127.0.0.1',
    'aws:SecureTransport': 'false',
    'aws:ViaAWSService': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  }
}

/** Long-term keys have no MFA key at all, sessions say true or false. */
function mfaContext(session: Session | undefined, now: number): Record<string, string> {
  if (session === undefined) return {}
  if (session.mfaAt === undefined) return { 'aws:MultiFactorAuthPresent': 'false' }
  return {
    'aws:MultiFactorAuthPresent': 'true',
    'aws:MultiFactorAuthAge': String(Math.floor((now - session.mfaAt) / 1000)),
  }
}

export function isRoot({ holder }: Caller): boolean {
  return holder.kind === 'user' && holder.user.isRoot
}

/** The user a request is about when it names none. */
export function callingUser({ holder }: Caller): User | undefined {
  return holder.kind === 'user' ? holder.user : undefined
}
