import type { AccessKeyCalls } from '../iam-api.ts'
import { notAws } from '../errors/from-sdk.ts'
import type { LoadIam } from './iam-client.ts'
import { collectPages } from './pages.ts'

/** No request names a user: IAM takes the one whose key signs (IAM API reference). */
export function accessKeyCalls(load: LoadIam): AccessKeyCalls {
  return {
    listAccessKeys: async () => {
      const { client, paginateListAccessKeys } = await load()
      const keys = await collectPages(
        paginateListAccessKeys({ client }, {}),
        (page) => page.AccessKeyMetadata,
      )
      return keys.map(({ AccessKeyId = '', Status, CreateDate }) => ({
        accessKeyId: AccessKeyId,
        isActive: Status === 'Active',
        createdAt: CreateDate?.getTime() ?? 0,
      }))
    },
    createAccessKey: async () => {
      const { send, CreateAccessKeyCommand } = await load()
      const { AccessKey } = await send(new CreateAccessKeyCommand({}))
      if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
        throw notAws('no key in the answer')
      return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
    },
    deactivateAccessKey: async (accessKeyId) => {
      const { send, UpdateAccessKeyCommand } = await load()
      const command = new UpdateAccessKeyCommand({ AccessKeyId: accessKeyId, Status: 'Inactive' })
      await send(command)
    },
    deleteAccessKey: async (accessKeyId) => {
      const { send, DeleteAccessKeyCommand } = await load()
      const command = new DeleteAccessKeyCommand({ AccessKeyId: accessKeyId })
      await send(command)
    },
    accessKeyLastUsed: async (accessKeyId) => {
      const { send, GetAccessKeyLastUsedCommand } = await load()
      const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })
      const { AccessKeyLastUsed } = await send(command)
      return AccessKeyLastUsed?.LastUsedDate?.getTime()
    },
  }
}
