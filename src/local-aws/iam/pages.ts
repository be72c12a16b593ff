import type { Account } from '../account/model.ts'
import { validationError } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import { range, validate } from '../protocol/validation.ts'
import type { XmlContent } from '../protocol/xml.ts'

/** IAM API reference, MaxItems. */
const DEFAULT_PAGE_SIZE = 100

/** One page of a list under `name`, and where the next page starts. */
export function listPage<Item>(
  call: OperationCall,
  name: string,
  items: readonly Item[],
  describe: (item: Item, account: Account) => XmlContent,
) {
  const { pageItems, pagination } = takePage(call, items)
  return { [name]: pageItems.map((item) => describe(item, call.state.account)), ...pagination }
}

/** The items of the page that a request asks for, and the elements that lead to the next page. */
export function takePage<Item>({ params }: OperationCall, items: readonly Item[]) {
  validate(params, range('MaxItems', 1, 1000))
  const start = readMarker(params.Marker)
  const end = start + Number(params.MaxItems ?? DEFAULT_PAGE_SIZE)
  const isTruncated = end < items.length
  const marker = Buffer.from(`from ${end}`).toString('base64')
  return {
    pageItems: items.slice(start, end),
    pagination: { IsTruncated: isTruncated, Marker: isTruncated ? marker : undefined },
  }
}

function readMarker(marker: string | undefined): number {
  if (marker === undefined) return 0
  const [, index] = /^from (\d+)$/.exec(Buffer.from(marker, 'base64').toString()) ?? []
  if (index === undefined) throw validationError('Invalid Marker.')
  return Number(index)
}
