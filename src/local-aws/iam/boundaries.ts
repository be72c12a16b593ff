import type { User } from '../account/model.ts'
import { throwNoSuchEntity } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { length, validate } from '../protocol/validation.ts'
import { namedUser, namedUserArn } from './entities.ts'

export const boundaryOperations: Operations = {
  PutUserPermissionsBoundary: {
    resource: namedUserArn,
    requires: ['UserName', 'PermissionsBoundary'],
    run(call) {
      namedUser(call).boundary = requestedBoundary(call)
    },
  },
  DeleteUserPermissionsBoundary: {
    resource: namedUserArn,
    requires: ['UserName'],
    run(call) {
      const user = namedUser(call)
      if (user.boundary === undefined) {
        throwNoSuchEntity(`No permissions boundary is set for user with name ${user.name}.`)
      }
      user.boundary = undefined
    },
  },
}

/** The policy that a request names as permissions boundary. Throws AWS's NoSuchEntity if there is none. */
export function requestedBoundary({ params, state }: OperationCall): string | undefined {
  validate(params, length('PermissionsBoundary', 20, 2048))
  const { PermissionsBoundary: wanted } = params
  if (wanted === undefined) return undefined
  const policy = state.account.managedPolicies.find(({ arn }) => arn === wanted)
  return (
    policy?.arn ?? throwNoSuchEntity(`Scope ARN: ${wanted} does not exist or is not attachable.`)
  )
}

export function describeBoundary({ boundary }: User) {
  if (boundary === undefined) return {}
  // The only value that AWS sends; the SDK's types have another (IAM API reference, AttachedPermissionsBoundary).
  const PermissionsBoundaryType = 'Policy'
  return { PermissionsBoundary: { PermissionsBoundaryType, PermissionsBoundaryArn: boundary } }
}
