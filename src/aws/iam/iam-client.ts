/** IAM by the SDK's client; loaded when a call is made. */
import { notAws, withAwsErrors } from '../errors/from-sdk.ts'
import { clientConfig, type Caller } from '../sdk.ts'
import * as operations from './operations.ts'

/** The most items in a page (IAM API reference, MaxItems). */
const PAGE_SIZE = 1000
/** Of authorization details: this many policies, in five versions each, are no longer than an answer may be. */
const DETAILS_PAGE_SIZE = 500

interface SendOptions {
  readonly abortSignal?: AbortSignal
}

export type LoadIam = () => Promise<ReturnType<typeof iamClient>>

export function iamClient(caller: Caller) {
  const client = new operations.IAMClient(clientConfig('iam', caller))
  return {
    ...operations,
    client,
    detailsPageSize: DETAILS_PAGE_SIZE,
    /** Throws an AwsError. */
    send: (async (command: Parameters<typeof client.send>[0], options: SendOptions = {}) =>
      withAwsErrors(async () => client.send(command, options))) as typeof client.send,
    /** The items of every page of a list. Throws an AwsError. */
    list: async <Input, Page, Item>(
      paginate: (
        config: { client: typeof client; pageSize: number },
        input: Input,
      ) => AsyncIterable<Page>,
      input: Input,
      itemsOf: (page: Page) => readonly Item[] | undefined,
    ): Promise<Item[]> =>
      withAwsErrors(async () => {
        const items: Item[] = []
        for await (const page of paginate({ client, pageSize: PAGE_SIZE }, input)) {
          const found = itemsOf(page)
          if (found === undefined) throw notAws('no list in the answer; is a proxy in between?')
          items.push(...found)
        }
        return items
      }),
  }
}
