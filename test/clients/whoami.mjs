// `identity` prints who the caller is, `buckets` the IAM groups (the S3 client is no dependency of
// ours, and IAM denies this without MFA as well), `version` the STS client's.
import { createRequire } from 'node:module'
import { IAMClient, ListGroupsCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const words = {
  version: () => createRequire(import.meta.url)('@aws-sdk/client-sts/package.json').version,
  identity: async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn,
  buckets: async () => {
    const { Groups } = await new IAMClient({}).send(new ListGroupsCommand({}))
    return `groups: ${Groups.map(({ GroupName }) => GroupName).join()}`
  },
}

console.log(await words[process.argv[2]]())
