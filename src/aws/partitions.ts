/** AWS's partitions, from the SDK's own table. */
import { partition } from '@aws-sdk/core/client'
import { closest } from '../closest.ts'
import { settingFailure, usageFailure, type Failure } from '../failure.ts'

/**
 * A region of each partition, for people who set none. The SDK looks partitions up by region only, so these
 * are also what lists them; a test compares them with the SDK's table.
 */
const FIRST_REGIONS = [
  'us-east-1',
  'cn-north-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
]

const REGION_BY_PARTITION = new Map(
  FIRST_REGIONS.map((region) => [partition(region).name, region] as const),
)

export const PARTITION_NAMES: readonly string[] = [...REGION_BY_PARTITION.keys()]

/** Region names of the partition `aws`. The SDK keeps this pattern to itself; a test compares the two. */
export const AWS_REGION = /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/

/** The partition of a region. Throws a usage Failure for a region of none, which the SDK would take for `aws`. */
export function partitionOf(region: string, from = 'region') {
  const found: ReturnType<typeof partition> & { description?: string } = partition(region)
  const isKnown = found.name !== 'aws' || found.description !== undefined || AWS_REGION.test(region)
  if (isKnown) return { name: found.name, dnsSuffix: found.dnsSuffix }
  throw noRegion(region, from)
}

/** Whether the SDK lists the region; a newer one may be missing. */
export function isKnownRegion(region: string): boolean {
  const { description }: ReturnType<typeof partition> & { description?: string } = partition(region)
  return description !== undefined
}

const AREAS = 'us eu ap sa ca me af il mx cn us-gov'.split(' ')
const DIRECTIONS = 'north south east west central northeast southeast northwest southwest'.split(
  ' ',
)

/** The region that a misspelled name most likely stands for, of those that the SDK lists. */
export function closestRegion(region: string): string | undefined {
  const names = AREAS.flatMap((area) =>
    DIRECTIONS.flatMap((direction) =>
      Array.from({ length: 9 }, (_, index) => `${area}-${direction}-${index + 1}`),
    ),
  )
  return closest(region.toLowerCase(), names.filter(isKnownRegion))
}

function noRegion(region: string, from: string): Failure {
  return settingFailure(`There is no AWS region ${JSON.stringify(region)}.`, {
    value: region,
    from,
  })
}

/** Throws a usage Failure for a name that no region has in any partition or emulator: it becomes part of a host. */
export function checkRegionName(region: string, from = 'region'): void {
  if (!/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(region)) throw noRegion(region, from)
}

/**
 * A region of the partition of an MFA device or role, by its ARN; serial numbers of hardware name none. Throws
 * a usage Failure for an unknown partition.
 */
export function regionFor(arn = ''): string {
  const name = /^arn:([^:]*):/.exec(arn)?.[1] ?? 'aws'
  const region = REGION_BY_PARTITION.get(name)
  if (region !== undefined) return region
  throw usageFailure(
    `There is no AWS partition ${JSON.stringify(name)}, which ${arn} is in.`,
    'check mfa_serial and --serial',
  )
}
