/** IAM by the SDK's client; loaded when a call is made. */
import { withAwsErrors } from '../errors/from-sdk.ts'
import { clientConfig, type Caller } from '../sdk.ts'
import * as operations from './operations.ts'

export type LoadIam = () => Promise<ReturnType<typeof iamClient>>

export function iamClient(caller: Caller) {
  const client = new operations.IAMClient(clientConfig('iam', caller))
  return {
    ...operations,
    client,
    /** Throws an AwsError. */
    send: (async (command: Parameters<typeof client.send>[0]) =>
      withAwsErrors(async () => client.send(command))) as typeof client.send,
  }
}
