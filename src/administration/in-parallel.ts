/** Calls to IAM at the same time: more are throttled. */
export const AT_A_TIME = 8

/** As `Promise.all`, with a few at a time. After an error nothing more is started. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = [...items.entries()]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next
      try {
        results[index] = await run(item)
      } catch (error) {
        queue.length = 0
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return results
}
