import { createUser } from '../account/model.ts'
import { callingUser } from '../auth/caller.ts'
import { allOf, describeUser, isSameName, namedUser, namedUserArn } from './entities.ts'
import { page } from './pages.ts'
import { accessDenied, entityAlreadyExists, Refusal } from '../protocol/service-error.ts'
import type { Operation, Operations } from '../protocol/service.ts'
import { nameOf, validate } from '../protocol/validation.ts'

const getUser: Operation = {
  policy: { action: 'iam:GetUser', resource: namedUserArn },
  run: (call) => ({ User: describeUser(call.world.account, namedUser(call)) }),
}

const listUsers: Operation = {
  policy: { action: 'iam:ListUsers', resource: allOf('user/') },
  run(call) {
    const { account } = call.world
    const users = account.users.filter(({ isRoot }) => !isRoot)
    return page(call, 'Users', users, (user) => describeUser(account, user))
  },
}

const createUserOperation: Operation = {
  policy: { action: 'iam:CreateUser', resource: namedUserArn },
  requires: ['UserName'],
  run({ params, world }) {
    const { account } = world
    validate(params, nameOf('UserName', 64))
    const { UserName = '' } = params
    if (account.users.some(({ name, isRoot }) => !isRoot && isSameName(name, UserName))) {
      throw entityAlreadyExists(`User with name ${UserName} already exists.`)
    }
    const user = createUser(UserName, { createdAt: world.now(), keys: [] })
    account.users.push(user)
    return { User: describeUser(account, user) }
  },
}

/** IAM User Guide, "Default password policy". */
const LEAST_LETTERS = 8

const changePassword: Operation = {
  policy: { action: 'iam:ChangePassword', resource: namedUserArn },
  requires: ['OldPassword', 'NewPassword'],
  run({ params: { OldPassword, NewPassword = '' }, caller }) {
    const user = callingUser(caller)
    if (user === undefined || user.isRoot) {
      throw new Refusal(400, 'InvalidUserType', 'Only IAM Users can change their own password')
    }
    // The API reference lists no error for it; code and words are not confirmed.
    if (user.password === undefined || user.password !== OldPassword) {
      throw accessDenied('The old password was incorrect.')
    }
    if (NewPassword.length < LEAST_LETTERS) {
      const message = `Password should have a minimum length of ${LEAST_LETTERS}`
      throw new Refusal(400, 'PasswordPolicyViolation', message)
    }
    user.password = NewPassword
    return {}
  },
}

export const userOperations: Operations = {
  ChangePassword: changePassword,
  CreateUser: createUserOperation,
  GetUser: getUser,
  ListUsers: listUsers,
}
