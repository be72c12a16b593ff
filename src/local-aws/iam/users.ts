import { createUser } from '../account/create.ts'
import { ServiceError, accessDenied, entityAlreadyExists } from '../protocol/service-error.ts'
import type { Operations } from '../protocol/service.ts'
import { entityName, validate } from '../protocol/validation.ts'
import { collectionArn, describeUser, isSameName, namedUser, namedUserArn } from './entities.ts'
import { listPage } from './pages.ts'

/** IAM User Guide, "Default password policy". */
const MIN_PASSWORD_LENGTH = 8

export const userOperations: Operations = {
  GetUser: {
    resource: namedUserArn,
    run: (call) => ({ User: describeUser(namedUser(call), call.state.account) }),
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
    run({ params, state }) {
      const { account } = state
      validate(params, entityName('UserName', 64))
      const { UserName = '' } = params
      if (account.users.some(({ name, isRoot }) => !isRoot && isSameName(name, UserName))) {
        throw entityAlreadyExists(`User with name ${UserName} already exists.`)
      }
      const user = createUser(UserName, { createdAt: state.now(), keys: [] })
      account.users.push(user)
      return { User: describeUser(user, account) }
    },
  },
  ChangePassword: {
    resource: namedUserArn,
    requires: ['OldPassword', 'NewPassword'],
    run({ params: { OldPassword, NewPassword = '' }, caller: { user } }) {
      if (user === undefined || user.isRoot) {
        throw new ServiceError(
          400,
          'InvalidUserType',
          'Only IAM Users can change their own password',
        )
      }
      // The API reference lists no error for this; code and message are not confirmed.
      if (user.password === undefined || user.password !== OldPassword) {
        throw accessDenied('The old password was incorrect.')
      }
      if (NewPassword.length < MIN_PASSWORD_LENGTH) {
        const message = `Password should have a minimum length of ${MIN_PASSWORD_LENGTH}`
        throw new ServiceError(400, 'PasswordPolicyViolation', message)
      }
      user.password = NewPassword
    },
  },
}
