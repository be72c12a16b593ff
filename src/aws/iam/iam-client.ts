/** IAM by the SDK's client; loaded when a call is made. */
import { notAws, withAwsErrors } from '../errors/from-sdk.ts'
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
    /** The items of every page of a list. Throws an AwsError. */
    list: async <Input, Page, Item>(
      paginate: (config: { client: typeof client }, input: Input) => AsyncIterable<Page>,
      input: Input,
      itemsOf: (page: Page) => readonly Item[] | undefined,
    ): Promise<Item[]> =>
      withAwsErrors(async () => {
        const items: Item[] = []
        for await (const page of paginate({ client }, input)) {
          const found = itemsOf(page)
          if (found === undefined) throw notAws('no list in the answer; is a proxy in between?')
          items.push(...found)
        }
        return items
      }),
  }
}
