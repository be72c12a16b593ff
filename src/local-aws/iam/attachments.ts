import {
  holderArn,
  namedHolder,
  namedPolicy,
  namedPolicyArn,
  policyOf,
  type HolderKind,
} from './entities.ts'
import { page, pageOf } from './pages.ts'
import { policyName } from '../account/policy-arn.ts'
import { noSuchEntity, requireRoom } from '../protocol/service-error.ts'
import type { Operation, Operations } from '../protocol/service.ts'
import { choice, validate } from '../protocol/validation.ts'

/** IAM quota "Managed policies per user" and "per group". */
const MOST_ATTACHED = 10

/** Once more for an attached policy changes nothing. */
function attach(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:Attach${kind}Policy`, resource: holderArn(kind) },
    requires: [`${kind}Name`, 'PolicyArn'],
    run(call) {
      const { attached } = namedHolder(kind, call)
      const { PolicyArn = '' } = call.params
      if (policyOf(call) === undefined) {
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`)
      }
      if (attached.includes(PolicyArn)) return {}
      requireRoom(`PoliciesPer${kind}`, MOST_ATTACHED, attached.length)
      attached.push(PolicyArn)
      return {}
    },
  }
}

function detach(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:Detach${kind}Policy`, resource: holderArn(kind) },
    requires: [`${kind}Name`, 'PolicyArn'],
    run(call) {
      const { attached } = namedHolder(kind, call)
      const { PolicyArn = '' } = call.params
      const index = attached.indexOf(PolicyArn)
      if (index === -1) throw noSuchEntity(`Policy ${PolicyArn} was not found.`)
      attached.splice(index, 1)
      return {}
    },
  }
}

function listAttached(kind: HolderKind): Operation {
  return {
    policy: { action: `iam:ListAttached${kind}Policies`, resource: holderArn(kind) },
    requires: [`${kind}Name`],
    run(call) {
      const { attached } = namedHolder(kind, call)
      return page(call, 'AttachedPolicies', attached, (arn) => ({
        PolicyName: policyName(arn),
        PolicyArn: arn,
      }))
    },
  }
}

const listEntitiesForPolicy: Operation = {
  policy: { action: 'iam:ListEntitiesForPolicy', resource: namedPolicyArn },
  requires: ['PolicyArn'],
  run(call) {
    validate(call.params, [choice('EntityFilter', ['User', 'Role', 'Group'])])
    const { EntityFilter } = call.params
    const { arn } = namedPolicy(call)
    const { groups, users } = call.world.account
    const holders = [
      ...groups.map((holder) => ({ kind: 'Group', holder })),
      ...users.map((holder) => ({ kind: 'User', holder })),
    ].filter(
      ({ kind, holder }) =>
        (EntityFilter === undefined || EntityFilter === kind) && holder.attached.includes(arn),
    )
    const { here, rest } = pageOf(call, holders)
    const ofKind = (wanted: HolderKind) =>
      here
        .filter(({ kind }) => kind === wanted)
        .map(({ holder: { name, id } }) => ({ [`${wanted}Name`]: name, [`${wanted}Id`]: id }))
    return {
      PolicyGroups: ofKind('Group'),
      PolicyUsers: ofKind('User'),
      PolicyRoles: [],
      ...rest,
    }
  },
}

export const attachmentOperations: Operations = {
  AttachGroupPolicy: attach('Group'),
  AttachUserPolicy: attach('User'),
  DetachGroupPolicy: detach('Group'),
  DetachUserPolicy: detach('User'),
  ListAttachedGroupPolicies: listAttached('Group'),
  ListAttachedUserPolicies: listAttached('User'),
  ListEntitiesForPolicy: listEntitiesForPolicy,
}
