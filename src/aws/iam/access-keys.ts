import type { AccessKeyCalls } from '../iam-api.ts'
import { checked, checkedKeys } from '../answers.ts'
import type { LoadIam } from './iam-client.ts'

/** No request names a user: IAM takes the one whose key signs (IAM API reference). */
export function accessKeyCalls(load: LoadIam): AccessKeyCalls {
  return {
    listAccessKeys: async () => {
      const { list, paginateListAccessKeys } = await load()
      const keys = await list(paginateListAccessKeys, {}, (page) => page.AccessKeyMetadata)
      return keys.map(({ AccessKeyId, Status, CreateDate }) => ({
        accessKeyId: checked('access key ID', AccessKeyId),
        isActive: Status === 'Active',
        createdAt: CreateDate?.getTime() ?? 0,
      }))
    },
    createAccessKey: async () => {
      const { send, CreateAccessKeyCommand } = await load()
      return checkedKeys((await send(new CreateAccessKeyCommand({}))).AccessKey ?? {})
    },
    deactivateAccessKey: async (AccessKeyId) => {
      const { send, UpdateAccessKeyCommand } = await load()
      await send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' }))
    },
    deleteAccessKey: async (AccessKeyId) => {
      const { send, DeleteAccessKeyCommand } = await load()
      await send(new DeleteAccessKeyCommand({ AccessKeyId }))
    },
    accessKeyLastUsed: async (AccessKeyId) => {
      const { send, GetAccessKeyLastUsedCommand } = await load()
      const response = await send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
      return response.AccessKeyLastUsed?.LastUsedDate?.getTime()
    },
  }
}
