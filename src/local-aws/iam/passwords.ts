/** Console passwords: the login profiles of users. */
import type { User } from '../account/model.ts'
import {
  ServiceError,
  accessDenied,
  entityAlreadyExists,
  throwNoSuchEntity,
} from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { length, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { namedUser, namedUserArn } from './entities.ts'

/** IAM User Guide, "Default password policy". */
const MIN_PASSWORD_LENGTH = 8

export const passwordOperations: Operations = {
  CreateLoginProfile: {
    resource: namedUserArn,
    requires: ['Password'],
    run(call) {
      const user = namedUser(call)
      const { Password = '', PasswordResetRequired } = call.params
      if (user.password !== undefined) {
        throw entityAlreadyExists(`Login Profile for user ${user.name} already exists.`)
      }
      setPassword(user, Password, call.state.now())
      user.mustResetPassword = PasswordResetRequired === 'true'
      return { LoginProfile: describeLoginProfile(user) }
    },
  },
  GetLoginProfile: {
    resource: namedUserArn,
    run: (call) => ({ LoginProfile: describeLoginProfile(userWithPassword(call)) }),
  },
  /** Changes only what the request names. */
  UpdateLoginProfile: {
    resource: namedUserArn,
    requires: ['UserName'],
    run(call) {
      const user = userWithPassword(call)
      const { Password, PasswordResetRequired } = call.params
      if (Password !== undefined) setPassword(user, Password, call.state.now())
      if (PasswordResetRequired !== undefined) {
        user.mustResetPassword = PasswordResetRequired === 'true'
      }
    },
  },
  DeleteLoginProfile: {
    resource: namedUserArn,
    run(call) {
      const user = userWithPassword(call)
      delete user.password
      delete user.passwordSetAt
      delete user.passwordLastUsed
      delete user.mustResetPassword
    },
  },
  ChangePassword: {
    resource: namedUserArn,
    requires: ['OldPassword', 'NewPassword'],
    run({ params: { OldPassword, NewPassword = '' }, caller: { user }, state }) {
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
      setPassword(user, NewPassword, state.now())
      user.mustResetPassword = false
    },
  },
}

function userWithPassword(call: OperationCall): User {
  const user = namedUser(call)
  if (user.password !== undefined) return user
  return throwNoSuchEntity(`Login Profile for User ${user.name} cannot be found.`)
}

function setPassword(user: User, password: string, now: number): void {
  validate({ Password: password }, length('Password', 1, 128))
  if (password.length < MIN_PASSWORD_LENGTH) {
    const message = `Password should have a minimum length of ${MIN_PASSWORD_LENGTH}`
    throw new ServiceError(400, 'PasswordPolicyViolation', message)
  }
  user.password = password
  user.passwordSetAt = now
}

function describeLoginProfile(user: User) {
  return {
    UserName: user.name,
    CreateDate: formatDate(user.passwordSetAt ?? user.createdAt),
    PasswordResetRequired: user.mustResetPassword ?? false,
  }
}
