import { expect, it, test } from 'vitest'
import { hostsOf } from '../../src/aws/endpoints.ts'
import { consolePage, loginUrl } from '../../src/aws/console-url.ts'

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
  expect(consolePage(hostsOf(region).console, region, service)).toBe(page)
})

test.each([
  ['eu-west-1', 'signin.aws.amazon.com'],
  ['us-gov-west-1', 'signin.amazonaws-us-gov.com'],
  ['cn-north-1', 'signin.amazonaws.cn'],
])('the sign-in service in %s', (region, host) => {
  expect(hostsOf(region).signin).toBe(host)
})

it('gives the token and the page to the sign-in service', () => {
  const token = {
    endpoint: 'https://signin.aws.amazon.com',
    token: 'a+b/c=',
    consoleHost: 'console.aws.amazon.com',
  }
  const url = new URL(loginUrl(token, 'https://x/?r=1&s=2'))
  expect(url.origin + url.pathname).toBe('https://signin.aws.amazon.com/federation')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: 'login',
    Issuer: 'mfa-login',
    Destination: 'https://x/?r=1&s=2',
    SigninToken: 'a+b/c=',
  })
})
