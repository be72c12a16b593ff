/** Situations of devices and policies in which mfa-login prints a remedy. */
import { writeFileSync } from 'node:fs'
import { createAccount, createUser, createVirtualDevice } from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { newcomer } from './enrolling.ts'
import { sandbox, type Sandbox } from './sandbox.ts'
import { loggedIn, login, replace, WORK, words, type Situation } from './situations.ts'

const ALICE = 'arn:aws:iam::123456789012:mfa/alice'
const ROOT = 'arn:aws:iam::123456789012:mfa/root-account-mfa-device'

async function withDevices(...serials: string[]): Promise<Sandbox> {
  const devices = serials.map((serial) => createVirtualDevice(serial))
  const policies = [{ name: 'all', document: allowAllPolicy() }]
  return sandbox(createAccount({ users: [createUser('alice', { devices, policies })] }))
}
const withTwoDevices = async (): Promise<Sandbox> => withDevices(ALICE, `${ALICE}-phone`)

export const OF_DEVICES: readonly Situation[] = [
  {
    when: 'several devices, and nobody to choose',
    box: withTwoDevices,
    run: login(),
    remedy: `aws configure set mfa_serial ${ALICE} --profile work, which is asked for codes then`,
  },
  {
    when: 'several devices, one of them to resync',
    box: withTwoDevices,
    run: words('device', 'resync', ...WORK),
    remedy: `aws configure set mfa_serial ${ALICE} --profile work, which is asked for codes then`,
    then: login(),
  },
  {
    when: 'an enrollment without a terminal',
    box: newcomer,
    run: words('device', 'enroll', ...WORK),
    remedy: 'mfa-login device enroll --profile work, in a terminal',
    then: words('device', 'list', ...WORK),
  },
  {
    when: 'no device',
    box: newcomer,
    run: words('login', ...WORK, '--token-code', '123456'),
    remedy: 'mfa-login device enroll --profile work',
    then: words('device', 'list', ...WORK),
  },
  {
    when: 'a removal that names no device',
    given: loggedIn,
    run: words('device', 'remove', ...WORK),
    remedy: 'mfa-login device remove --profile work --serial NAME',
    fill: () => ({ NAME: 'alice' }),
    then: words('device', 'list', ...WORK),
  },
  {
    when: 'a removal of an unknown device',
    given: loggedIn,
    run: words('device', 'remove', ...WORK, '--yes', '--serial', 'nokia'),
    remedy: 'mfa-login device list --profile work',
    then: words('device', 'remove', ...WORK, '--yes', '--serial', 'alice'),
  },
  {
    when: 'a device of the account root and twelve hours',
    box: async () => withDevices(ROOT),
    given: (box) =>
      box.write('config', `[profile work]\nmfa_serial = ${ROOT}\nduration_seconds = 43200\n`),
    run: login(),
    remedy: (box) => `check duration_seconds in ${box.path('config')}:3`,
    person: { check: (box) => replace(box, 'config', '43200', '3600') },
  },
]

const POLICY = (box: Sandbox): string => `${box.home}/policy.json`
const writePolicy = (box: Sandbox, text: string): void => writeFileSync(POLICY(box), text)
const SHOWN = JSON.stringify(strictPolicy())

export const OF_POLICIES: readonly Situation[] = [
  ...Object.entries({
    'a statement': '{"Effect":"Deny","Action":"*","Resource":"*"}',
    'a list': '[]',
    'no JSON': '{"Version":',
  }).map(([what, text]): Situation => ({
    when: `a policy that is ${what}`,
    given: (box) => writePolicy(box, text),
    run: (box) => ['policy', 'check', POLICY(box)],
    remedy: 'fix it, or start from "mfa-login policy show"',
    person: { 'fix it': (box) => writePolicy(box, SHOWN) },
  })),
  {
    when: 'a policy that exempts all of IAM',
    given: (box) =>
      writePolicy(box, SHOWN.replace(/"NotAction":\[[^\]]*\]/, '"NotAction":"iam:*"')),
    run: (box) => ['policy', 'check', POLICY(box)],
    remedy:
      'in NotAction, write the actions that "mfa-login policy show" exempts instead of iam:*.',
    person: { 'in NotAction': (box) => writePolicy(box, SHOWN) },
  },
]
