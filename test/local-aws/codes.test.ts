import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { codeAt, createVirtualDevice, startLocalAws } from '../../src/local-aws/index.ts'
import { SERVICES } from '../../src/local-aws/dispatch.ts'
import { firstDevice, firstUser, keysOf, NOW, start } from './rig.ts'

it('gives each code once, that of this step and that of the next', async () => {
  const aws = await start()
  const device = firstDevice(aws)
  const { serialNumber } = device
  expect(await aws.code()).toEqual({ serialNumber, code: codeAt(device, NOW) })
  expect(await aws.code()).toEqual({ serialNumber, code: codeAt(device, NOW + 30_000) })
})

it('waits for a code that AWS accepts', async () => {
  const aws = await start()
  await Promise.all([aws.code(), aws.code()])
  let third: unknown
  const waiting = aws.code().then((given) => (third = given))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(third).toBeUndefined()
  aws.faults.clockOffsetMs = 30_000
  await waiting
  expect(third).toMatchObject({ code: codeAt(firstDevice(aws), NOW + 60_000) })
})

it('gives none that was used', async () => {
  const aws = await start()
  const device = firstDevice(aws)
  const credentials = keysOf(firstUser(aws))
  const sts = new STSClient({ endpoint: aws.url, region: 'us-east-1', credentials })
  const TokenCode = codeAt(device, NOW)
  await sts.send(new GetSessionTokenCommand({ SerialNumber: device.serialNumber, TokenCode }))
  expect(await aws.code()).toMatchObject({ code: codeAt(device, NOW + 30_000) })
})

it('knows devices that no user has yet, and no others', async () => {
  const aws = await start()
  const serialNumber = 'arn:aws:iam::123456789012:mfa/phone'
  const device = createVirtualDevice(serialNumber)
  aws.account.unassignedDevices.push(device)
  expect(await aws.code({ serialNumber })).toEqual({ serialNumber, code: codeAt(device, NOW) })
  expect(await aws.code({ user: 'bob' })).toBeUndefined()
})

it('counts no request for a code as one to AWS, and leaves planned faults to those', async () => {
  const aws = await start()
  aws.faults.next = ['dropBefore']
  expect((await fetch(`${aws.url}/_local-aws/code?user=alice`)).status).toBe(200)
  expect(aws.requests).toEqual([])
  expect(aws.faults.next).toHaveLength(1)
})

it('a server that runs for long keeps no requests', async () => {
  const seen: string[] = []
  const aws = await startLocalAws({ onRequest: ({ outcome }) => seen.push(outcome) })
  await fetch(aws.url)
  await aws.close()
  expect(seen).toEqual(['MissingAuthenticationToken'])
  expect(aws.requests).toEqual([])
})

it('docs/local-aws.md lists each operation', () => {
  const text = readFileSync(new URL('../../docs/local-aws.md', import.meta.url), 'utf8')
  const lists = text.matchAll(/^- `(\w+)`:((?:\s+`\w+`,?)+)$/gm)
  const listed = Array.from(lists, ([, service, operations = '']) => {
    return [service, operations.match(/\w+/g)]
  })
  const all = SERVICES.map(({ name, operations }) => [name, Object.keys(operations).sort()])
  expect(listed).toEqual(all)
})
