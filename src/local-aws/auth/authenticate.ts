import type { NamedPolicy } from '../../policy/evaluate.ts'
import { assumedRoleArn, userArn } from '../account/arns.ts'
import {
  boundaryOfUser,
  policiesOfIdentity,
  policiesOfUser,
} from '../account/effective-policies.ts'
import type { AccessKey, Account, User } from '../account/model.ts'
import type { RawRequest } from '../http.ts'
import { invalidToken, ServiceError } from '../protocol/service-error.ts'
import type { Principal, ServerState, Session } from '../state.ts'
import { readAuthorization, verifySignature } from './signature.ts'

/** Who signed a request. */
export interface Caller {
  readonly principal: Principal
  /** Undefined for a session of a role. */
  readonly user: User | undefined
  /** Undefined for long-term credentials. */
  readonly session: Session | undefined
  readonly arn: string
  /** `aws:userid`. */
  readonly id: string
  readonly policies: readonly NamedPolicy[]
  /** Undefined without one. */
  readonly boundary?: readonly NamedPolicy[] | undefined
}

interface SigningKey {
  readonly secretAccessKey: string
  readonly principal: Principal
  readonly session?: Session
  /** Only for long-term credentials. */
  readonly accessKey?: AccessKey
}

/** Checks signature, session token and expiration, and notes the use of the key. Throws a ServiceError. */
export async function authenticate(request: RawRequest, state: ServerState): Promise<Caller> {
  const authorization = readAuthorization(request)
  if (authorization === undefined) {
    const message = 'Request is missing Authentication Token'
    throw new ServiceError(403, 'MissingAuthenticationToken', message)
  }
  const key = findSigningKey(state, authorization.accessKeyId)
  const sessionToken = request.headers['x-amz-security-token']
  if (key === undefined || sessionToken !== key.session?.sessionToken) throw invalidToken()
  await verifySignature(request, authorization, key.secretAccessKey, state.now())
  if (key.session && key.session.expiresAt <= state.now()) {
    const message = 'The security token included in the request is expired'
    throw new ServiceError(403, 'ExpiredToken', message)
  }
  const { service, region } = authorization
  const at = state.now()
  if (key.accessKey) key.accessKey.lastUsed = { at, service, region }
  if (key.principal.kind === 'role') key.principal.role.lastUsed = { at, region }
  return callerOf(state.account, key)
}

function findSigningKey(
  { account, sessions }: ServerState,
  accessKeyId: string,
): SigningKey | undefined {
  const session = sessions.get(accessKeyId)
  if (session) return { ...session, session }
  for (const user of account.users) {
    const accessKey = user.keys.find((each) => each.accessKeyId === accessKeyId)
    if (accessKey?.status === 'Active') {
      return { ...accessKey, principal: { kind: 'user', user }, accessKey }
    }
  }
  return undefined
}

function callerOf(account: Account, { principal, session }: SigningKey): Caller {
  if (principal.kind === 'role') {
    const { role, sessionName } = principal
    const arn = assumedRoleArn(account, role, sessionName)
    const id = `${role.id}:${sessionName}`
    return {
      principal,
      user: undefined,
      session,
      arn,
      id,
      policies: policiesOfIdentity(account, role),
    }
  }
  const { user } = principal
  const id = user.isRoot ? account.id : user.id
  const policies = policiesOfUser(account, user)
  const boundary = boundaryOfUser(account, user)
  return { principal, user, session, arn: userArn(account, user), id, policies, boundary }
}
