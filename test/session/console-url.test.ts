import { expect, it, test } from 'vitest'
import { consolePage, loginUrl } from '../../src/session/console-url.ts'

test.each([
  ['eu-west-1', undefined, 'https://console.aws.amazon.com/console/home?region=eu-west-1'],
  ['eu-west-1', 's3', 'https://console.aws.amazon.com/s3/home?region=eu-west-1'],
  [
    'us-gov-west-1',
    undefined,
    'https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1',
  ],
  ['cn-north-1', 'ec2', 'https://console.amazonaws.cn/ec2/home?region=cn-north-1'],
])('the console in %s, %s', (region, service, page) => {
  expect(consolePage(region, service)).toBe(page)
})

it('gives the token and the page to the sign-in service', () => {
  const url = new URL(
    loginUrl({ endpoint: 'https://signin.aws.amazon.com', token: 'a+b/c=' }, 'https://x/?r=1&s=2'),
  )
  expect(url.origin + url.pathname).toBe('https://signin.aws.amazon.com/federation')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: 'login',
    Issuer: 'mfa-login',
    Destination: 'https://x/?r=1&s=2',
    SigninToken: 'a+b/c=',
  })
})
