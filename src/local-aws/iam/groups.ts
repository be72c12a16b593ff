import { groupArn } from '../account/arns.ts'
import { createGroup } from '../account/create.ts'
import { groupsOf } from '../account/effective-policies.ts'
import type { Account, Group } from '../account/model.ts'
import { entityAlreadyExists, requireQuota } from '../protocol/service-error.ts'
import type { Operations } from '../protocol/service.ts'
import { entityName, PATH, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import {
  collectionArn,
  describeUser,
  isSameName,
  namedGroup,
  namedGroupArn,
  namedUser,
  namedUserArn,
} from './entities.ts'
import { listPage } from './pages.ts'

export const groupOperations: Operations = {
  CreateGroup: {
    resource: namedGroupArn,
    requires: ['GroupName'],
    run({ params, state }) {
      const { account } = state
      validate(params, [...entityName('GroupName'), ...PATH])
      const { GroupName = '', Path: path = '/' } = params
      if (account.groups.some(({ name }) => isSameName(name, GroupName))) {
        throw entityAlreadyExists(`Group with name ${GroupName} already exists.`)
      }
      const group = createGroup(GroupName, { path, createdAt: state.now() })
      account.groups.push(group)
      return { Group: describeGroup(group, account) }
    },
  },
  GetGroup: {
    resource: namedGroupArn,
    requires: ['GroupName'],
    run(call) {
      const { account } = call.state
      const group = namedGroup(call)
      const members = account.users.filter(({ name }) => group.members.includes(name))
      return {
        Group: describeGroup(group, account),
        ...listPage(call, 'Users', members, describeUser),
      }
    },
  },
  ListGroups: {
    resource: collectionArn('group/'),
    run: (call) => listPage(call, 'Groups', call.state.account.groups, describeGroup),
  },
  ListGroupsForUser: {
    resource: namedUserArn,
    requires: ['UserName'],
    run(call) {
      const groups = groupsOf(call.state.account, namedUser(call))
      return listPage(call, 'Groups', groups, describeGroup)
    },
  },
  /** Adding a member again changes nothing. */
  AddUserToGroup: {
    resource: namedGroupArn,
    requires: ['GroupName', 'UserName'],
    run(call) {
      const { members } = namedGroup(call)
      const user = namedUser(call)
      if (members.includes(user.name)) return
      requireQuota('GroupsPerUser', 10, groupsOf(call.state.account, user).length)
      members.push(user.name)
    },
  },
  RemoveUserFromGroup: {
    resource: namedGroupArn,
    requires: ['GroupName', 'UserName'],
    run(call) {
      const group = namedGroup(call)
      const user = namedUser(call)
      group.members = group.members.filter((name) => name !== user.name)
    },
  },
}

export function describeGroup(group: Group, account: Account) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(account, group),
    CreateDate: formatDate(group.createdAt),
  }
}
