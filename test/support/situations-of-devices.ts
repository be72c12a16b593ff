/** Situations of devices and policies in which mfa-login prints a remedy. */
import { mkdirSync, writeFileSync } from 'node:fs'
import {
  createAccount,
  createGroup,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { newcomer } from './enrolling.ts'
import { sandbox, type Sandbox } from './sandbox.ts'
import { loggedIn, login, ok, replace, WORK, words, type Situation } from './situations.ts'

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

const ADMIN = { name: 'all', document: allowAllPolicy() }
const ownDevices = (): PolicyDocument => {
  const { Version, Statement } = strictPolicy()
  return { Version, Statement: Statement.filter(({ Effect }) => Effect === 'Allow') }
}
function replacePolicies({ user }: Sandbox, document: PolicyDocument): void {
  user.policies = [{ name: 'own', document }]
}
/** An administrator without a device, and a group. */
async function office(): Promise<Sandbox> {
  const users = [createUser('admin', { policies: [ADMIN] }), createUser('bob')]
  return sandbox(
    createAccount({ users, groups: [createGroup('developers', { members: ['bob'] })] }),
  )
}
const APPLY = ['policy', 'apply', ...WORK, '--group', 'developers', '--name', 'gate', '--yes']

export const OF_POLICIES: readonly Situation[] = [
  {
    when: 'an administrator who lacks a right',
    box: office,
    given: (box) => replacePolicies(box, ownDevices()),
    run: words(...APPLY),
    remedy:
      'allow iam:GetGroup to arn:aws:iam::123456789012:user/admin, for example with the policy arn:aws:iam::aws:policy/IAMFullAccess',
    person: { 'allow iam:GetGroup': (box) => replacePolicies(box, ADMIN.document) },
  },
  {
    when: 'a version to restore that there is not',
    box: office,
    given: async (box) => ok(box, APPLY),
    run: words('policy', 'remove', ...WORK, '--group', 'developers', '--name', 'gate', '--restore'),
    remedy:
      'mfa-login policy remove --group developers --name gate --profile work, which detaches it',
    then: words(...APPLY),
  },
  {
    when: 'a group that there is not',
    box: office,
    run: words('policy', 'check', '--live', ...WORK, '--group', 'developer'),
    remedy: 'aws --profile work iam list-groups, which shows the groups',
    then: words('policy', 'apply', ...WORK, '--group', 'developers', '--dry-run'),
  },
  {
    when: 'a user whose policies are not asked for',
    box: office,
    given: async (box) => ok(box, APPLY),
    run: words('policy', 'check', '--user', 'bob', ...WORK),
    remedy: 'mfa-login policy check --user bob --profile work --live',
    then: words('policy', 'show'),
  },
  {
    when: 'a file to replace that is not named',
    run: words('policy', 'show', '--force'),
    remedy: 'mfa-login policy show --force --output FILE',
    fill: (box) => ({ FILE: POLICY(box) }),
    then: (box) => ['policy', 'check', POLICY(box)],
  },
  {
    when: 'a file in a folder that there is not',
    run: (box) => ['policy', 'show', '--output', `${box.home}/new/policy.json`],
    remedy: (box) => `create it, then: mfa-login policy show --output ${box.home}/new/policy.json`,
    person: { 'create it': (box) => mkdirSync(`${box.home}/new`) },
    then: (box) => ['policy', 'check', `${box.home}/new/policy.json`],
  },
  {
    when: 'a service control policy for a group',
    box: office,
    run: words('policy', 'apply', ...WORK, '--group', 'developers', '--style', 'scp'),
    remedy:
      'mfa-login policy show --style scp, which prints it for aws organizations create-policy',
    then: words(...APPLY),
  },
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
