import type { AccessKeyCalls } from '../iam-api.ts'
import { collectPages, withAwsErrors, notAws, type LoadIam } from '../sdk.ts'

/** None names a user: IAM takes the one whose key signs (IAM API reference). */
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
      const { client, CreateAccessKeyCommand } = await load()
      const { AccessKey } = await withAwsErrors(async () =>
        client.send(new CreateAccessKeyCommand({})),
      )
      if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
        throw notAws('no key in the answer')
      return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
    },
    deactivateAccessKey: async (accessKeyId) => {
      const { client, UpdateAccessKeyCommand } = await load()
      const command = new UpdateAccessKeyCommand({ AccessKeyId: accessKeyId, Status: 'Inactive' })
      await withAwsErrors(async () => client.send(command))
    },
    deleteAccessKey: async (accessKeyId) => {
      const { client, DeleteAccessKeyCommand } = await load()
      const command = new DeleteAccessKeyCommand({ AccessKeyId: accessKeyId })
      await withAwsErrors(async () => client.send(command))
    },
    accessKeyLastUsed: async (accessKeyId) => {
      const { client, GetAccessKeyLastUsedCommand } = await load()
      const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })
      const { AccessKeyLastUsed } = await withAwsErrors(async () => client.send(command))
      return AccessKeyLastUsed?.LastUsedDate?.getTime()
    },
  }
}
