/** Calls of the AWS Query protocol that change nothing and take no parameters. */
import type { CallSettings, ReadOnlyAction, Service } from './api.ts'
import { endpointOf } from './endpoint.ts'
import { notAws } from './errors/from-sdk.ts'
import { partitionOf } from './partitions.ts'
import type { Caller } from './sdk.ts'
import { sendSigned } from './signed-call.ts'

/** The versions of their APIs. */
const VERSIONS: Readonly<Record<ReadOnlyAction, string>> = {
  'cloudformation:ListStacks': '2010-05-15',
  'ec2:DescribeRegions': '2016-11-15',
  'rds:DescribeDBInstances': '2014-10-31',
  'sns:ListTopics': '2010-03-31',
}

export async function makeReadOnlyCall(caller: Caller, action: ReadOnlyAction): Promise<void> {
  const { settings, warn } = caller
  const [service, operation] = action.split(':') as [Service, string]
  const url = new URL('/', endpointOf(service, settings, warn) ?? ownEndpoint(service, settings))
  url.search = String(new URLSearchParams({ Action: operation, Version: VERSIONS[action] }))
  const answer = await sendSigned(caller, { service, operation, url })
  if (answer[`${operation}Response`] === undefined) throw notAws(undefined, 200)
}

/** AWS General Reference, "Service endpoints"; AWS FIPS endpoints by service: in GovCloud they are the usual ones. */
function ownEndpoint(service: Service, { region, useFips = false }: CallSettings): string {
  const { name, dnsSuffix } = partitionOf(region)
  const isMarked = useFips && name !== 'aws-us-gov'
  return `https://${service}${isMarked ? '-fips' : ''}.${region}.${dnsSuffix}`
}
