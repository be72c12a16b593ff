import { describe, expect, it } from 'vitest'
import { createAccount, createUser } from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { firstUser, keysOf, sendSigned, start, type Keys } from './rig.ts'
import type { LocalAws } from '../../src/local-aws/index.ts'

const everything = { name: 'everything', document: allowAllPolicy() }

async function call(aws: LocalAws, service: string, Action: string, keys?: Keys) {
  const given = keys ?? keysOf(firstUser(aws))
  const response = await sendSigned(aws, { service, keys: given, query: { Action } })
  return { status: response.status, text: await response.text() }
}

describe.each([
  ['cloudformation', 'ListStacks', '<Code>AccessDenied</Code>'],
  ['ec2', 'DescribeRegions', '<Response><Errors><Error><Code>UnauthorizedOperation</Code>'],
  ['rds', 'DescribeDBInstances', '<Code>AccessDenied</Code>'],
  ['sns', 'ListTopics', '<Code>AuthorizationError</Code>'],
])('%s', (service, action, refusal) => {
  it(`answers ${action}`, async () => {
    const users = [createUser('alice', { policies: [everything] })]
    const { status, text } = await call(await start(createAccount({ users })), service, action)
    expect(text).toMatch(new RegExp(`^<${action}Response[ >]`))
    expect(status).toBe(200)
  })

  it('refuses it in its own way where no policy allows it', async () => {
    const aws = await start(createAccount({ users: [createUser('alice')] }))
    const { status, text } = await call(aws, service, action)
    expect(text).toContain(refusal)
    expect(text).toContain(
      `because no identity-based policy allows the ${service}:${action} action`,
    )
    expect(status).toBe(403)
  })
})

it('EC2 names an unknown key in its own way', async () => {
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }
  const { text } = await call(await start(), 'ec2', 'DescribeRegions', keys)
  expect(text).toContain('<Code>AuthFailure</Code>')
})
