import { createGroup, groupArn, type Account, type Group } from '../account/model.ts'
import { groupsOf } from '../account/effective-policies.ts'
import {
  allOf,
  describeUser,
  isSameName,
  namedGroup,
  namedGroupArn,
  namedUser,
  namedUserArn,
} from './entities.ts'
import { page } from './pages.ts'
import { entityAlreadyExists, requireRoom } from '../protocol/service-error.ts'
import type { Operation, Operations } from '../protocol/service.ts'
import { isoSeconds } from '../auth/sessions.ts'
import { nameOf, validate } from '../protocol/validation.ts'

const createGroupOperation: Operation = {
  policy: { action: 'iam:CreateGroup', resource: namedGroupArn },
  requires: ['GroupName'],
  run({ params, world }) {
    const { account } = world
    validate(params, nameOf('GroupName'))
    const { GroupName = '' } = params
    if (account.groups.some(({ name }) => isSameName(name, GroupName))) {
      throw entityAlreadyExists(`Group with name ${GroupName} already exists.`)
    }
    const group = createGroup(GroupName, { createdAt: world.now() })
    account.groups.push(group)
    return { Group: describeGroup(account, group) }
  },
}

const getGroup: Operation = {
  policy: { action: 'iam:GetGroup', resource: namedGroupArn },
  requires: ['GroupName'],
  run(call) {
    const { account } = call.world
    const group = namedGroup(call)
    const members = account.users.filter(({ name }) => group.members.includes(name))
    return {
      Group: describeGroup(account, group),
      ...page(call, 'Users', members, (user) => describeUser(account, user)),
    }
  },
}

const listGroups: Operation = {
  policy: { action: 'iam:ListGroups', resource: allOf('group/') },
  run(call) {
    const { account } = call.world
    return page(call, 'Groups', account.groups, (group) => describeGroup(account, group))
  },
}

const listGroupsForUser: Operation = {
  policy: { action: 'iam:ListGroupsForUser', resource: namedUserArn },
  requires: ['UserName'],
  run(call) {
    const { account } = call.world
    const groups = groupsOf(account, namedUser(call))
    return page(call, 'Groups', groups, (group) => describeGroup(account, group))
  },
}

/** Once more for a member changes nothing. */
const addUserToGroup: Operation = {
  policy: { action: 'iam:AddUserToGroup', resource: namedGroupArn },
  requires: ['GroupName', 'UserName'],
  run(call) {
    const { members } = namedGroup(call)
    const user = namedUser(call)
    if (members.includes(user.name)) return {}
    requireRoom('GroupsPerUser', 10, groupsOf(call.world.account, user).length)
    members.push(user.name)
    return {}
  },
}

const removeUserFromGroup: Operation = {
  policy: { action: 'iam:RemoveUserFromGroup', resource: namedGroupArn },
  requires: ['GroupName', 'UserName'],
  run(call) {
    const group = namedGroup(call)
    const user = namedUser(call)
    group.members = group.members.filter((name) => name !== user.name)
    return {}
  },
}

function describeGroup(account: Account, group: Group) {
  return {
    Path: '/',
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(account, group),
    CreateDate: isoSeconds(group.createdAt),
  }
}

export const groupOperations: Operations = {
  AddUserToGroup: addUserToGroup,
  CreateGroup: createGroupOperation,
  GetGroup: getGroup,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  RemoveUserFromGroup: removeUserFromGroup,
}
