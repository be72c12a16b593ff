import { createUser } from '../account/create.ts'
import type { Account, User } from '../account/model.ts'
import { entityAlreadyExists } from '../protocol/service-error.ts'
import type { Operations } from '../protocol/service.ts'
import { entityName, PATH, validate } from '../protocol/validation.ts'
import { describeBoundary, requestedBoundary } from './boundaries.ts'
import { collectionArn, describeUser, isSameName, namedUser, namedUserArn } from './entities.ts'
import { listPage } from './pages.ts'
import { describeTags, requestedTags, withTags } from './tags.ts'

export const userOperations: Operations = {
  GetUser: {
    resource: namedUserArn,
    run: (call) => ({ User: userWithTags(namedUser(call), call.state.account) }),
  },
  ListUsers: {
    resource: collectionArn('user/'),
    run(call) {
      const users = call.state.account.users.filter(({ isRoot }) => !isRoot)
      return listPage(call, 'Users', users, describeUser)
    },
  },
  CreateUser: {
    resource: namedUserArn,
    requires: ['UserName'],
    run(call) {
      const { params, state } = call
      const { account } = state
      validate(params, [...entityName('UserName', 64), ...PATH])
      const { UserName = '', Path: path = '/' } = params
      if (account.users.some(({ name, isRoot }) => !isRoot && isSameName(name, UserName))) {
        throw entityAlreadyExists(`User with name ${UserName} already exists.`)
      }
      const tags = withTags({}, requestedTags(params))
      const boundary = requestedBoundary(call)
      const user = createUser(UserName, { path, createdAt: state.now(), keys: [], tags, boundary })
      account.users.push(user)
      return { User: userWithTags(user, account) }
    },
  },
}

/** With what only the operations on one user return. */
function userWithTags(user: User, account: Account) {
  const tags = describeTags(user)
  return {
    ...describeUser(user, account),
    ...describeBoundary(user),
    Tags: tags.length > 0 ? tags : undefined,
  }
}
