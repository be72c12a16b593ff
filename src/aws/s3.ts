import { endpointOf } from './endpoint.ts'
import { notAws } from './errors/from-sdk.ts'
import { partitionOf } from './partitions.ts'
import type { CallSettings } from './api.ts'
import type { Caller } from './sdk.ts'
import { childrenOf, sendSigned } from './signed-call.ts'

export async function listBuckets(caller: Caller): Promise<string[]> {
  const { settings, warn } = caller
  const url = new URL('/', endpointOf('s3', settings, warn) ?? s3Endpoint(settings))
  const answer = await sendSigned(caller, { service: 's3', operation: 'ListBuckets', url })
  const { ListAllMyBucketsResult } = answer
  if (ListAllMyBucketsResult === undefined) throw notAws(undefined, 200)
  // One bucket is an element, several are a list.
  const buckets = [childrenOf(childrenOf(ListAllMyBucketsResult).Buckets).Bucket].flat()
  return buckets.flatMap((bucket) => {
    const { Name } = childrenOf(bucket)
    return typeof Name === 'string' ? [Name] : []
  })
}

/** The host forms of S3 (Amazon S3 User Guide, "Dual-stack endpoints"; AWS FIPS endpoints by service). */
export function s3Endpoint({
  region,
  useFips = false,
  useDualstack = false,
}: CallSettings): string {
  const prefix = `s3${useFips ? '-fips' : ''}${useDualstack ? '.dualstack' : ''}`
  return `https://${prefix}.${region}.${partitionOf(region).dnsSuffix}`
}
