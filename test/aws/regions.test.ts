/** Hosts of every region the SDK knows, with the SDK's own clients as the oracle. */
import { readFileSync } from 'node:fs'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it, test } from 'vitest'
import { AwsError, type AwsSettings } from '../../src/aws/api.ts'
import { s3Endpoint } from '../../src/aws/s3.ts'
import { iamClient } from '../../src/aws/iam/iam-client.ts'
import { AWS_REGION, PARTITION_NAMES, partitionOf, regionFor } from '../../src/aws/partitions.ts'
import { makeReadOnlyCall } from '../../src/aws/read-only-calls.ts'
import { listBuckets } from '../../src/aws/s3.ts'
import type { Caller } from '../../src/aws/sdk.ts'
import { stsCalls } from '../../src/aws/sts.ts'

interface SdkPartition {
  readonly id: string
  readonly regionRegex: string
  readonly regions: Readonly<Record<string, unknown>>
  readonly outputs: { readonly dnsSuffix: string }
}

/** The SDK's table, which it does not export. */
const TABLE = new URL(
  '../../node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js',
  import.meta.url,
)
const source = readFileSync(TABLE, 'utf8')
const { partitions } = JSON.parse(
  source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1),
) as { partitions: readonly SdkPartition[] }

const variants = [false, true].flatMap((useFips) =>
  [false, true].map((useDualstack) => ({ useFips, useDualstack })),
)
const cases = partitions.flatMap(({ regions }) =>
  Object.keys(regions).flatMap((region) => variants.map((variant) => ({ region, ...variant }))),
)
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

/** Sends nothing, and notes the hosts of requests and what they are signed for. */
function callerOf(settings: Omit<AwsSettings, 'keys'>) {
  const sent: { host: string; scope: string | undefined }[] = []
  const caller: Caller = {
    settings: { ...settings, keys },
    version: '1.2.3',
    warn: () => undefined,
    http: {
      send: async ({ url, headers }) => {
        const scope = /Credential=[^/]+\/\d+\/([^,]+)\/aws4/.exec(headers.authorization ?? '')?.[1]
        sent.push({ host: url.host, scope })
        return Promise.reject(new AwsError('ECONNREFUSED', 'nothing is sent'))
      },
      prepare: async () => Promise.resolve(() => undefined),
      clockOffset: () => undefined,
    },
  }
  return { caller, sent }
}

interface EndpointProvider {
  readonly config: {
    region(): Promise<string>
    endpointProvider(parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }): {
      url: URL
      properties?: { authSchemes?: { signingRegion?: string }[] }
    }
  }
}

async function oracle(
  client: EndpointProvider,
  service: string,
  { useFips, useDualstack }: (typeof variants)[0],
) {
  const Region = await client.config.region()
  const parameters = { Region, UseFIPS: useFips, UseDualStack: useDualstack }
  const { url, properties } = client.config.endpointProvider(parameters)
  const region = properties?.authSchemes?.[0]?.signingRegion ?? Region
  return { host: url.host, scope: `${region}/${service}` }
}

describe('with FIPS and dual stack on and off', () => {
  test.each(partitions.map(({ id, regions }) => [id, Object.keys(regions)] as const))(
    'calls to STS and IAM in %s go where the SDK’s own clients send them',
    async (_, regions) => {
      for (const each of cases.filter(({ region }) => regions.includes(region))) {
        const { caller, sent } = callerOf(each)
        const iam = iamClient(caller)
        await expect(stsCalls(caller).getCallerIdentity()).rejects.toThrow(AwsError)
        await expect(iam.send(new iam.GetUserCommand({}))).rejects.toThrow(AwsError)
        const plain = { region: each.region, credentials: keys }
        expect(sent, JSON.stringify(each)).toEqual([
          await oracle(new STSClient(plain), 'sts', each),
          await oracle(new IAMClient(plain), 'iam', each),
        ])
      }
    },
  )
})

test('some hosts are as AWS documents them', async () => {
  const host = async (region: string, useFips = false): Promise<string | undefined> => {
    const { caller, sent } = callerOf({ region, useFips })
    await expect(stsCalls(caller).getCallerIdentity()).rejects.toThrow(AwsError)
    return sent[0]?.host
  }
  expect(await host('eu-west-1')).toBe('sts.eu-west-1.amazonaws.com')
  expect(await host('us-east-1', true)).toBe('sts-fips.us-east-1.amazonaws.com')
  expect(await host('us-gov-west-1', true)).toBe('sts.us-gov-west-1.amazonaws.com')
  expect(await host('cn-north-1')).toBe('sts.cn-north-1.amazonaws.com.cn')
  expect(await host('eusc-de-east-1')).toBe('sts.eusc-de-east-1.amazonaws.eu')
  expect(await host('us-iso-east-1')).toBe('sts.us-iso-east-1.c2s.ic.gov')
})

describe('S3', () => {
  test.each([
    [{ region: 'eu-west-1' }, 's3.eu-west-1.amazonaws.com'],
    [{ region: 'cn-north-1' }, 's3.cn-north-1.amazonaws.com.cn'],
    [{ region: 'eusc-de-east-1' }, 's3.eusc-de-east-1.amazonaws.eu'],
    [{ region: 'us-east-1', useFips: true }, 's3-fips.us-east-1.amazonaws.com'],
    [{ region: 'us-east-1', useDualstack: true }, 's3.dualstack.us-east-1.amazonaws.com'],
    [
      { region: 'us-east-1', useFips: true, useDualstack: true },
      's3-fips.dualstack.us-east-1.amazonaws.com',
    ],
  ])('with %j is at %s', async (settings, host) => {
    expect(s3Endpoint(settings)).toBe(`https://${host}`)
    const { caller, sent } = callerOf(settings)
    await expect(listBuckets(caller)).rejects.toThrow(AwsError)
    expect(sent).toEqual([{ host, scope: `${settings.region}/s3` }])
  })
})

test.each([
  [{ region: 'eu-west-1' }, 'ec2.eu-west-1.amazonaws.com'],
  [{ region: 'us-east-1', useFips: true }, 'ec2-fips.us-east-1.amazonaws.com'],
  [{ region: 'us-gov-west-1', useFips: true }, 'ec2.us-gov-west-1.amazonaws.com'],
  [{ region: 'cn-north-1' }, 'ec2.cn-north-1.amazonaws.com.cn'],
])('a call that changes nothing with %j goes to %s', async (settings, host) => {
  const { caller, sent } = callerOf(settings)
  await expect(makeReadOnlyCall(caller, 'ec2:DescribeRegions')).rejects.toThrow(AwsError)
  expect(sent).toEqual([{ host, scope: `${settings.region}/ec2` }])
})

describe('the partitions', () => {
  it('are the SDK’s', () => {
    expect([...PARTITION_NAMES].sort()).toEqual(partitions.map(({ id }) => id).sort())
    const [aws] = partitions.filter(({ id }) => id === 'aws')
    expect(AWS_REGION.source.replaceAll('\\', '')).toBe(aws?.regionRegex.replaceAll('\\', ''))
    for (const { id, regions, outputs } of partitions) {
      for (const region of Object.keys(regions)) {
        expect(partitionOf(region)).toEqual({ name: id, dnsSuffix: outputs.dnsSuffix })
      }
      expect(partitionOf(regionFor(`arn:${id}:iam::123456789012:mfa/a`)).name).toBe(id)
    }
  })

  it('have regions that the SDK does not list yet', () => {
    expect(partitionOf('eu-west-99').name).toBe('aws')
    expect(partitionOf('us-gov-south-9').name).toBe('aws-us-gov')
  })
})
