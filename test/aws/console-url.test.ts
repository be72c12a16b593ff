import { expect, it, test } from 'vitest'
import { consoleHosts } from '../../src/aws/console-hosts.ts'
import { consolePage, loginUrl } from '../../src/aws/sign-in.ts'

test.each([
  ['eu-west-1', undefined, 'https://console.aws.amazon.com/console/home?region=eu-west-1'],
  ['eu-west-1', 's3', 'https://console.aws.amazon.com/s3/home?region=eu-west-1'],
  [
    'us-gov-west-1',
    undefined,
    'https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1',
  ],
  ['cn-north-1', 'ec2', 'https://console.amazonaws.cn/ec2/home?region=cn-north-1'],
  [
    'eusc-de-east-1',
    undefined,
    'https://console.amazonaws-eusc.eu/console/home?region=eusc-de-east-1',
  ],
])('the console in %s for the service %s is at %s', (region, service, page) => {
  expect(consolePage(consoleHosts(region).console, region, service)).toBe(page)
})

test.each([
  ['eu-west-1', 'signin.aws.amazon.com'],
  ['us-gov-west-1', 'signin.amazonaws-us-gov.com'],
  ['us-gov-east-1', 'signin.amazonaws-us-gov.com'],
  ['cn-north-1', 'signin.amazonaws.cn'],
  ['eusc-de-east-1', 'eusc-de-east-1.signin.amazonaws-eusc.eu'],
])('the sign-in service in %s is at %s', (region, host) => {
  expect(consoleHosts(region).signIn).toBe(host)
})

test.each(['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'])(
  'the console in %s is refused by the name of its partition',
  (region) => {
    expect(() => consoleHosts(region)).toThrow(/^The console of the partition aws-iso/)
  },
)

it('the sign-in service gets the token and the page', () => {
  const token = { endpoint: 'https://signin.aws.amazon.com', token: 'a+b/c=' }
  const url = new URL(loginUrl(token, 'https://x/?r=1&s=2'))
  expect(url.origin + url.pathname).toBe('https://signin.aws.amazon.com/federation')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: 'login',
    Issuer: 'mfa-login',
    Destination: 'https://x/?r=1&s=2',
    SigninToken: 'a+b/c=',
  })
})
