import { accountArn, createAccessKey, type AccessKey } from '../account/model.ts'
import { namedUser, namedUserArn } from './entities.ts'
import { page } from './pages.ts'
import { noSuchEntity, requireRoom } from '../protocol/service-error.ts'
import type { Operation, OperationCall, Operations } from '../protocol/service.ts'
import { isoSeconds } from '../auth/sessions.ts'
import { choice, validate } from '../protocol/validation.ts'

/** IAM quota "Access keys per user". */
const MOST_KEYS = 2

const createKey: Operation = {
  policy: { action: 'iam:CreateAccessKey', resource: namedUserArn },
  run(call) {
    const user = namedUser(call)
    requireRoom('AccessKeysPerUser', MOST_KEYS, user.keys.length)
    const key = createAccessKey({ createdAt: call.world.now() })
    user.keys.push(key)
    return { AccessKey: { ...describeKey(user.name, key), SecretAccessKey: key.secretAccessKey } }
  },
}

const listKeys: Operation = {
  policy: { action: 'iam:ListAccessKeys', resource: namedUserArn },
  run(call) {
    const { name, keys } = namedUser(call)
    return page(call, 'AccessKeyMetadata', keys, (key) => describeKey(name, key))
  },
}

const updateKey: Operation = {
  policy: { action: 'iam:UpdateAccessKey', resource: namedUserArn },
  requires: ['AccessKeyId', 'Status'],
  run(call) {
    validate(call.params, [choice('Status', ['Active', 'Inactive'])])
    const { keys } = namedUser(call)
    findKey(call, keys).status = call.params.Status === 'Active' ? 'Active' : 'Inactive'
    return {}
  },
}

const deleteKey: Operation = {
  policy: { action: 'iam:DeleteAccessKey', resource: namedUserArn },
  requires: ['AccessKeyId'],
  run(call) {
    const { keys } = namedUser(call)
    keys.splice(keys.indexOf(findKey(call, keys)), 1)
    return {}
  },
}

const getKeyLastUsed: Operation = {
  policy: {
    action: 'iam:GetAccessKeyLastUsed',
    resource: (call) => accountArn(call.world.account, `user/${ownerOf(call)?.name ?? ''}`),
  },
  requires: ['AccessKeyId'],
  run(call) {
    const owner = ownerOf(call)
    const { lastUsed } = findKey(call, owner?.keys ?? [])
    return {
      UserName: owner?.name,
      AccessKeyLastUsed: {
        LastUsedDate: lastUsed && isoSeconds(lastUsed.at),
        // IAM API reference, AccessKeyLastUsed: "N/A" for a key never used.
        ServiceName: lastUsed?.service ?? 'N/A',
        Region: lastUsed?.region ?? 'N/A',
      },
    }
  },
}

function ownerOf({ params, world }: OperationCall) {
  return world.account.users.find(({ keys }) =>
    keys.some(({ accessKeyId }) => accessKeyId === params.AccessKeyId),
  )
}

function findKey({ params: { AccessKeyId = '' } }: OperationCall, keys: AccessKey[]): AccessKey {
  const key = keys.find(({ accessKeyId }) => accessKeyId === AccessKeyId)
  if (key) return key
  throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`)
}

function describeKey(userName: string, { accessKeyId, status, createdAt }: AccessKey) {
  return {
    UserName: userName,
    AccessKeyId: accessKeyId,
    Status: status,
    CreateDate: isoSeconds(createdAt),
  }
}

export const keyOperations: Operations = {
  CreateAccessKey: createKey,
  DeleteAccessKey: deleteKey,
  GetAccessKeyLastUsed: getKeyLastUsed,
  ListAccessKeys: listKeys,
  UpdateAccessKey: updateKey,
}
