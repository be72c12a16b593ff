/** Situations of the network, the clock and the keyring in which mfa-login prints a remedy. */
import { createServer } from 'node:http'
import { codeAt } from '../../src/local-aws/index.ts'
import { startKeyring } from './keyring.ts'
import { hasSecretService } from './secret-service.ts'
import { login, WORK, words, type Situation } from './situations.ts'
import type { Sandbox } from './sandbox.ts'
import { hasOpenssl, listening, tlsFront } from './tls-front.ts'

const PORTAL = '<html><body>Welcome<br></body></html>'
const CLOCK_OFF_MS = 13 * 3_600_000
const SECRET_SERVICE = 'run it in a session with a Secret Service, such as GNOME Keyring or KWallet'

/** Points the sandbox to HTTPS, with a certificate that it does not trust yet. */
async function behindTls(box: Sandbox): Promise<string> {
  const { url, bundle } = await tlsFront(box)
  box.env.AWS_ENDPOINT_URL = url
  return bundle
}

const OVER_TLS: readonly Situation[] = [
  {
    when: 'a proxy that nobody runs',
    given: async (box) => {
      box.env.AWS_CA_BUNDLE = await behindTls(box)
      box.env.HTTPS_PROXY = 'http://127.0.0.1:9'
    },
    run: login(),
    remedy: 'check the network, HTTPS_PROXY and AWS_ENDPOINT_URL',
    person: { 'check the network': ({ env }) => void Reflect.deleteProperty(env, 'HTTPS_PROXY') },
  },
  {
    when: 'a bundle of certificates that is not there',
    given: async (box) => {
      await behindTls(box)
      box.env.AWS_CA_BUNDLE = '/nowhere.pem'
    },
    run: login(),
    remedy: 'check AWS_CA_BUNDLE',
    person: { check: ({ env, home }) => void (env.AWS_CA_BUNDLE = `${home}/bundle.pem`) },
  },
  {
    when: 'a certificate of the network that is not trusted',
    given: async (box) => {
      await behindTls(box)
    },
    run: login(),
    remedy: 'export AWS_CA_BUNDLE=FILE, with the certificate file of your network',
    fill: ({ home }) => ({ FILE: `${home}/bundle.pem` }),
  },
]

const WITH_KEYRING: readonly Situation[] = [
  {
    when: 'no keyring',
    run: words('keys', 'store', ...WORK),
    remedy: SECRET_SERVICE,
    person: {
      'run it in a session': async (box) => {
        await startKeyring(box)
      },
    },
  },
]

export const OF_NETWORK: readonly Situation[] = [
  ...OVER_TLS.map((each) => ({ ...each, isPossible: hasOpenssl() })),
  ...WITH_KEYRING.map((each) => ({ ...each, isPossible: hasSecretService })),
  {
    when: 'a captive portal',
    given: async (box) => {
      const portal = createServer((_, answer) => {
        answer.writeHead(200, { 'content-type': 'text/html' }).end(PORTAL)
      })
      box.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await listening(portal)}`
    },
    run: login(),
    remedy: 'sign in to the network with a browser, then: mfa-login --profile work',
    person: { 'sign in': ({ env, aws }) => void (env.AWS_ENDPOINT_URL = aws.url) },
    then: words('status', '--profile', 'work-mfa'),
  },
  {
    when: 'a clock that is hours ahead',
    given: ({ aws }) => void (aws.faults.clockOffsetMs = -CLOCK_OFF_MS),
    run: (box) => [
      ...['login', ...WORK, '--token-code'],
      codeAt(box.device, box.now() + box.aws.faults.clockOffsetMs),
    ],
    remedy: 'sudo timedatectl set-ntp true, then: mfa-login --profile work',
    person: { 'sudo timedatectl': ({ aws }) => void (aws.faults.clockOffsetMs = 0) },
    then: words('status', '--profile', 'work-mfa'),
  },
  {
    when: 'an endpoint that is no address',
    given: ({ env }) => void (env.AWS_ENDPOINT_URL = 'foo'),
    run: login(),
    remedy: 'check AWS_ENDPOINT_URL',
    person: { check: ({ env, aws }) => void (env.AWS_ENDPOINT_URL = aws.url) },
  },
]
