import { policyName } from '../account/arns.ts'
import { requireQuota, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { Operations } from '../protocol/service.ts'
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

/** AttachUserPolicy, AttachGroupPolicy and so on. */
function operationsOf(kind: IdentityKind): Operations {
  const resource = identityArn(kind)
  return {
    /** Attaching an attached policy changes nothing. */
    [`Attach${kind}Policy`]: {
      resource,
      requires: [`${kind}Name`, 'PolicyArn'],
      run(call) {
        const { attached } = namedIdentity(kind, call)
        const { PolicyArn = '' } = call.params
        if (findNamedPolicy(call) === undefined) {
          throwNoSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`)
        }
        if (attached.includes(PolicyArn)) return
        const most = call.state.account.quotas[`AttachedPoliciesPer${kind}Quota`]
        requireQuota(`PoliciesPer${kind}`, most, attached.length)
        attached.push(PolicyArn)
      },
    },
    [`Detach${kind}Policy`]: {
      resource,
      requires: [`${kind}Name`, 'PolicyArn'],
      run(call) {
        const { attached } = namedIdentity(kind, call)
        const { PolicyArn = '' } = call.params
        const index = attached.indexOf(PolicyArn)
        if (index === -1) throwNoSuchEntity(`Policy ${PolicyArn} was not found.`)
        attached.splice(index, 1)
      },
    },
    [`ListAttached${kind}Policies`]: {
      resource,
      requires: [`${kind}Name`],
      run: (call) =>
        listPage(call, 'AttachedPolicies', namedIdentity(kind, call).attached, (arn) => ({
          PolicyName: policyName(arn),
          PolicyArn: arn,
        })),
    },
  }
}

export const attachmentOperations: Operations = {
  ...operationsOf('User'),
  ...operationsOf('Group'),
  ListEntitiesForPolicy: {
    resource: namedPolicyArn,
    requires: ['PolicyArn'],
    run(call) {
      validate(call.params, [oneOf('EntityFilter', ['User', 'Role', 'Group'])])
      const { EntityFilter } = call.params
      const { arn } = namedPolicy(call)
      const { groups, users, roles } = call.state.account
      const identities = [
        ...groups.map((identity) => ({ kind: 'Group', identity })),
        ...users.map((identity) => ({ kind: 'User', identity })),
        ...roles.map((identity) => ({ kind: 'Role', identity })),
      ].filter(
        ({ kind, identity }) =>
          (EntityFilter === undefined || EntityFilter === kind) && identity.attached.includes(arn),
      )
      const { pageItems, pagination } = takePage(call, identities)
      const entitiesOf = (wanted: IdentityKind | 'Role') =>
        pageItems
          .filter(({ kind }) => kind === wanted)
          .map(({ identity: { name, id } }) => ({ [`${wanted}Name`]: name, [`${wanted}Id`]: id }))
      return {
        PolicyGroups: entitiesOf('Group'),
        PolicyUsers: entitiesOf('User'),
        PolicyRoles: entitiesOf('Role'),
        ...pagination,
      }
    },
  },
}
