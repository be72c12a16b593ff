import { policyName } from '../account/arns.ts'
import { noSuchEntity, requireQuota } from '../protocol/service-error.ts'
import type { Operation, Operations } from '../protocol/service.ts'
import { oneOf, validate } from '../protocol/validation.ts'
import {
  identityArn,
  namedIdentity,
  namedPolicy,
  namedPolicyArn,
  findNamedPolicy,
  type IdentityKind,
} from './entities.ts'
import { listPage, takePage } from './pages.ts'

/** IAM quota "Managed policies per user" and "per group". */
const MAX_ATTACHED = 10

/** Attaching an attached policy changes nothing. */
function attachPolicy(kind: IdentityKind): Operation {
  return {
    resource: identityArn(kind),
    requires: [`${kind}Name`, 'PolicyArn'],
    run(call) {
      const { attached } = namedIdentity(kind, call)
      const { PolicyArn = '' } = call.params
      if (findNamedPolicy(call) === undefined) {
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`)
      }
      if (attached.includes(PolicyArn)) return {}
      requireQuota(`PoliciesPer${kind}`, MAX_ATTACHED, attached.length)
      attached.push(PolicyArn)
      return {}
    },
  }
}

function detachPolicy(kind: IdentityKind): Operation {
  return {
    resource: identityArn(kind),
    requires: [`${kind}Name`, 'PolicyArn'],
    run(call) {
      const { attached } = namedIdentity(kind, call)
      const { PolicyArn = '' } = call.params
      const index = attached.indexOf(PolicyArn)
      if (index === -1) throw noSuchEntity(`Policy ${PolicyArn} was not found.`)
      attached.splice(index, 1)
      return {}
    },
  }
}

function listAttachedPolicies(kind: IdentityKind): Operation {
  return {
    resource: identityArn(kind),
    requires: [`${kind}Name`],
    run(call) {
      const { attached } = namedIdentity(kind, call)
      return listPage(call, 'AttachedPolicies', attached, (arn) => ({
        PolicyName: policyName(arn),
        PolicyArn: arn,
      }))
    },
  }
}

const listEntitiesForPolicy: Operation = {
  resource: namedPolicyArn,
  requires: ['PolicyArn'],
  run(call) {
    validate(call.params, [oneOf('EntityFilter', ['User', 'Role', 'Group'])])
    const { EntityFilter } = call.params
    const { arn } = namedPolicy(call)
    const { groups, users } = call.state.account
    const identities = [
      ...groups.map((identity) => ({ kind: 'Group', identity })),
      ...users.map((identity) => ({ kind: 'User', identity })),
    ].filter(
      ({ kind, identity }) =>
        (EntityFilter === undefined || EntityFilter === kind) && identity.attached.includes(arn),
    )
    const { pageItems, pagination } = takePage(call, identities)
    const entitiesOf = (wanted: IdentityKind) =>
      pageItems
        .filter(({ kind }) => kind === wanted)
        .map(({ identity: { name, id } }) => ({ [`${wanted}Name`]: name, [`${wanted}Id`]: id }))
    return {
      PolicyGroups: entitiesOf('Group'),
      PolicyUsers: entitiesOf('User'),
      PolicyRoles: [],
      ...pagination,
    }
  },
}

export const attachmentOperations: Operations = {
  AttachGroupPolicy: attachPolicy('Group'),
  AttachUserPolicy: attachPolicy('User'),
  DetachGroupPolicy: detachPolicy('Group'),
  DetachUserPolicy: detachPolicy('User'),
  ListAttachedGroupPolicies: listAttachedPolicies('Group'),
  ListAttachedUserPolicies: listAttachedPolicies('User'),
  ListEntitiesForPolicy: listEntitiesForPolicy,
}
