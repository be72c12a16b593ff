import { expect, test } from 'vitest'
import { createAccessKey, createAccount, createUser } from '../../../src/local-aws/index.ts'
import { codeAt, createVirtualDevice } from '../../../src/local-aws/account/device.ts'

test.each([
  [59_000, '287082'],
  [1_111_111_109_000, '081804'],
  [1_111_111_111_000, '050471'],
  [1_234_567_890_000, '005924'],
  [2_000_000_000_000, '279037'],
  [20_000_000_000_000, '353130'],
])('at %i ms the secret of RFC 6238, appendix B, gives the code %s', (at, code) => {
  const device = createVirtualDevice('GAHT12345678', { seed: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' })
  expect(codeAt(device, at)).toBe(code)
})

test('new IDs, secrets and seeds look like AWS’s and are random', () => {
  const [one, other] = [createAccessKey(), createAccessKey()]
  expect(one.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(one.secretAccessKey).toMatch(/^[\w+/]{40}$/)
  expect(one.secretAccessKey).not.toBe(other.secretAccessKey)
  expect(createUser('bob').id).toMatch(/^AIDA[A-Z2-7]{16}$/)
  const [first, second] = [createVirtualDevice('GAHT12345678'), createVirtualDevice('GAHT12345678')]
  expect(first.seed).toMatch(/^[A-Z2-7]{64}$/)
  expect(first.seed).not.toBe(second.seed)
})

test('a new account uses its ID and partition for the serial number of its device', () => {
  const account = createAccount({ id: '210987654321', partition: 'aws-us-gov', buckets: [] })
  expect(account.users[0]!.devices[0]!.serialNumber).toBe(
    'arn:aws-us-gov:iam::210987654321:mfa/alice',
  )
  expect(account.buckets).toEqual([])
})
