/** What a person and a program need to use a local AWS; pure. */
import { userArn } from './account/arns.ts'
import { groupsOf } from './account/effective-policies.ts'
import type { Account, User } from './account/model.ts'
import { clientEnvironment, usualRegion } from './client-environment.ts'
import { CODE_PATH } from './codes.ts'
import type { RunningAccount } from './public-types.ts'

interface Running {
  readonly url: string
  readonly account: Account
}

export function describeForPrograms({ url, account }: Running): RunningAccount {
  const [first] = account.users
  return {
    endpoint: url,
    codes: `${url}${CODE_PATH}`,
    account: account.id,
    region: usualRegion(account),
    env: clientEnvironment({ url, account }, first),
    users: account.users.map((user) => ({
      name: user.name,
      arn: userArn(account, user),
      groups: groupsOf(account, user).map(({ name }) => name),
      keys: user.keys.map(({ accessKeyId, secretAccessKey, status }) => {
        return { accessKeyId, secretAccessKey, status }
      }),
      devices: user.devices.map(({ serialNumber, seed }) => ({ serialNumber, seed })),
    })),
  }
}

/** Lines for people: what there is, and the lines that set or unset variables in their shell. */
export function describeForPeople(
  { url, account }: Running,
  shellLines: (variables: Readonly<Record<string, string>>) => readonly string[],
): string[] {
  const [first] = account.users
  return [
    `A local AWS runs at ${url}, account ${account.id}. Ctrl-C stops it.`,
    ...account.users.map((user) => describeUser(account, user)),
    ...(first === undefined
      ? []
      : [
          `In another terminal, this makes AWS tools call it as ${first.name}:`,
          ...shellLines(clientEnvironment({ url, account }, first)),
          'There, and where AWS_ENDPOINT_URL is the same, this prints a code for MFA: mfa-login demo code',
        ]),
    ...(account.users.length > 1 ? ['With the keys of all users: mfa-login local-aws --json'] : []),
  ]
}

function describeUser(account: Account, user: User): string {
  const keys = user.keys.map(({ accessKeyId }) => `key ${accessKeyId}`)
  const devices = user.devices.map(({ serialNumber }) => `MFA device ${serialNumber}`)
  const groups = groupsOf(account, user).map(({ name }) => `group ${name}`)
  return `User ${user.name}: ${[...groups, ...keys, ...devices].join(', ') || 'no key'}.`
}
