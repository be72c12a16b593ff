import { notAws, withAwsErrors } from '../errors/from-sdk.ts'

/** The items of every page of a list. Throws an AwsError. */
export async function collectPages<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  return withAwsErrors(async () => {
    const items: Item[] = []
    for await (const page of pages) {
      const found = itemsOf(page)
      if (found === undefined) throw notAws('no list in the answer; is a proxy in between?')
      items.push(...found)
    }
    return items
  })
}
