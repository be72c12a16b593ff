import { accountArn } from '../account/arns.ts'
import { createAccessKey } from '../account/create.ts'
import type { AccessKey } from '../account/model.ts'
import { requireQuota, throwNoSuchEntity } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { oneOf, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { namedUser, namedUserArn } from './entities.ts'
import { listPage } from './pages.ts'

/** IAM quota "Access keys per user". */
const MAX_KEYS = 2

export const accessKeyOperations: Operations = {
  CreateAccessKey: {
    resource: namedUserArn,
    run(call) {
      const user = namedUser(call)
      requireQuota('AccessKeysPerUser', MAX_KEYS, user.keys.length)
      const key = createAccessKey({ createdAt: call.state.now() })
      user.keys.push(key)
      return {
        AccessKey: { ...describeAccessKey(user.name, key), SecretAccessKey: key.secretAccessKey },
      }
    },
  },
  ListAccessKeys: {
    resource: namedUserArn,
    run(call) {
      const { name, keys } = namedUser(call)
      return listPage(call, 'AccessKeyMetadata', keys, (key) => describeAccessKey(name, key))
    },
  },
  UpdateAccessKey: {
    resource: namedUserArn,
    requires: ['AccessKeyId', 'Status'],
    run(call) {
      validate(call.params, [oneOf('Status', ['Active', 'Inactive'])])
      const { keys } = namedUser(call)
      findAccessKey(call, keys).status = call.params.Status === 'Active' ? 'Active' : 'Inactive'
    },
  },
  DeleteAccessKey: {
    resource: namedUserArn,
    requires: ['AccessKeyId'],
    run(call) {
      const { keys } = namedUser(call)
      keys.splice(keys.indexOf(findAccessKey(call, keys)), 1)
    },
  },
  GetAccessKeyLastUsed: {
    resource: (call) => accountArn(call.state.account, `user/${keyOwner(call)?.name ?? ''}`),
    requires: ['AccessKeyId'],
    run(call) {
      const owner = keyOwner(call)
      const { lastUsed } = findAccessKey(call, owner?.keys ?? [])
      return {
        UserName: owner?.name,
        AccessKeyLastUsed: {
          LastUsedDate: lastUsed && formatDate(lastUsed.at),
          // IAM API reference, AccessKeyLastUsed: "N/A" for a key that was never used.
          ServiceName: lastUsed?.service ?? 'N/A',
          Region: lastUsed?.region ?? 'N/A',
        },
      }
    },
  },
}

function keyOwner({ params, state }: OperationCall) {
  return state.account.users.find(({ keys }) =>
    keys.some(({ accessKeyId }) => accessKeyId === params.AccessKeyId),
  )
}

function findAccessKey(
  { params: { AccessKeyId = '' } }: OperationCall,
  keys: AccessKey[],
): AccessKey {
  return (
    keys.find(({ accessKeyId }) => accessKeyId === AccessKeyId) ??
    throwNoSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`)
  )
}

function describeAccessKey(userName: string, { accessKeyId, status, createdAt }: AccessKey) {
  return {
    UserName: userName,
    AccessKeyId: accessKeyId,
    Status: status,
    CreateDate: formatDate(createdAt),
  }
}
