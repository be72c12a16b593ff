import { validationError } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import { range, validate } from '../protocol/validation.ts'
import type { Content } from '../protocol/xml.ts'

/** IAM API reference, MaxItems. */
const PAGE = 100

/** One page of a list, under the list's name, with how to go on. */
export function page<Item>(
  call: OperationCall,
  name: string,
  items: readonly Item[],
  describe: (item: Item) => Content,
) {
  const { here, rest } = pageOf(call, items)
  return { [name]: here.map(describe), ...rest }
}

export function pageOf<Item>({ params }: OperationCall, items: readonly Item[]) {
  validate(params, range('MaxItems', 1, 1000))
  const begin = readMarker(params.Marker)
  const end = begin + Number(params.MaxItems ?? PAGE)
  const isTruncated = end < items.length
  return {
    here: items.slice(begin, end),
    rest: { IsTruncated: isTruncated, Marker: isTruncated ? writeMarker(end) : undefined },
  }
}

function writeMarker(index: number): string {
  return Buffer.from(`from ${index}`).toString('base64')
}

function readMarker(marker: string | undefined): number {
  if (marker === undefined) return 0
  const [, index] = /^from (\d+)$/.exec(Buffer.from(marker, 'base64').toString()) ?? []
  if (index === undefined) throw validationError('Invalid Marker.')
  return Number(index)
}
