/** Situations in which mfa-login prints a remedy. */
import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'
import { boxWithRoles } from './roles.ts'
import type { Sandbox } from './sandbox.ts'

export interface Situation {
  readonly when: string
  /** Whether the programs that it needs are installed. */
  readonly isPossible?: boolean
  readonly box?: () => Promise<Sandbox>
  readonly given?: (box: Sandbox) => void | Promise<void>
  /** The command that prints the remedy. */
  readonly run: (box: Sandbox) => readonly string[]
  readonly remedy: string | ((box: Sandbox) => string)
  /** What the person fills in. */
  readonly fill?: (box: Sandbox) => Readonly<Record<string, string>>
  /** What the person does for steps in words, by how they begin. */
  readonly person?: Readonly<Record<string, (box: Sandbox) => void | Promise<void>>>
  /** What works afterwards; `run` where it is missing. */
  readonly then?: (box: Sandbox) => readonly string[]
}

export const WORK = ['--profile', 'work']
export const login =
  (profile = 'work') =>
  (box: Sandbox): string[] => ['login', '--profile', profile, '--token-code', box.code()]
export const words =
  (...all: string[]) =>
  (): string[] =>
    all
export const DOCTOR = words('doctor', ...WORK)

const config = (box: Sandbox, lines: string): void =>
  box.write('config', `[profile work]\n${lines}`)
export const replace = (box: Sandbox, name: string, from: string | RegExp, to: string): void =>
  box.write(name, box.read(name).replace(from, to))
export async function ok(box: Sandbox, args: readonly string[]): Promise<void> {
  box.freshStep()
  const { code, stderr } = await box.run(args)
  expect(code, stderr).toBe(0)
}
export const loggedIn = async (box: Sandbox): Promise<void> => ok(box, login()(box))
export const setUp = async (box: Sandbox): Promise<void> => ok(box, ['setup', ...WORK, '--yes'])
const wrongSecret = (box: Sandbox): void =>
  replace(box, 'credentials', /(secret_access_key = ).*/, '$1wrongwrongwrongwrong')
export const moved = (box: Sandbox, section: string): void =>
  box.write('credentials', box.keysSection(section))

export const OF_KEYS: readonly Situation[] = [
  {
    when: 'no keys',
    given: (box) => box.write('credentials', ''),
    run: login(),
    remedy: 'aws configure --profile work',
  },
  {
    when: 'no keys, by the doctor',
    given: (box) => box.write('credentials', ''),
    run: DOCTOR,
    remedy: 'aws configure --profile work',
    then: login(),
  },
  {
    when: 'a misspelled profile',
    run: login('wrok'),
    remedy: 'mfa-login login --profile work, or for a new profile: aws configure --profile wrok',
    then: words('status'),
  },
  {
    when: 'no profile called default',
    run: words('login'),
    remedy: 'mfa-login login --profile work, or for a new profile: aws configure --profile default',
    then: words('status'),
  },
  {
    when: 'a misspelled profile of logout',
    given: loggedIn,
    run: words('logout', '--profile', 'wrok'),
    remedy: 'mfa-login logout --profile work',
    then: words('status'),
  },
  {
    when: 'a profile that is set up and has a wrong secret',
    given: async (box) => {
      await setUp(box)
      wrongSecret(box)
    },
    run: login(),
    remedy: 'aws configure --profile work-long-term',
  },
  {
    when: 'a profile that is set up and has an unknown key, by the doctor',
    given: async (box) => {
      await setUp(box)
      replace(box, 'credentials', box.key.accessKeyId, 'AKIAIOSFODNN7EXAMPLE')
    },
    run: DOCTOR,
    remedy: 'aws configure --profile work-long-term',
    then: login(),
  },
  {
    when: 'a profile that is set up and has lost its keys',
    given: async (box) => {
      await setUp(box)
      box.write('credentials', '')
    },
    run: login(),
    remedy: 'aws configure --profile work-long-term',
  },
  ...[login(), DOCTOR].map((run, index) => ({
    when: `two keys for a profile that is set up${index === 0 ? '' : ', by the doctor'}`,
    given: async (box: Sandbox) => {
      await setUp(box)
      const old = box.read('credentials').replace(box.key.accessKeyId, 'AKIAIOSFODNN7EXAMPLE')
      box.write('credentials', `${box.keysSection()}\n${old}`)
    },
    run,
    remedy: `mfa-login setup --profile work${index === 0 ? ', which tells them apart and keeps one of them' : ''}`,
    then: login(),
  })),
  {
    when: 'an access key ID without its secret',
    given: (box) => replace(box, 'credentials', /aws_secret_access_key.*\n/, ''),
    run: login(),
    remedy: 'aws configure --profile work',
  },
  {
    when: 'the header of the config in the credentials file',
    given: (box) => replace(box, 'credentials', '[work]', '[profile work]'),
    run: login(),
    remedy: (box) => `write [work] in line 1 of ${box.path('credentials')}`,
  },
  {
    when: 'the header of the credentials file in the config, by the doctor',
    given: async (box) => {
      await loggedIn(box)
      box.write('config', '# mine\n[work-mfa]\nregion = eu-west-1\n')
    },
    run: words('doctor', '--profile', 'work-mfa'),
    remedy: (box) => `write [profile work-mfa] in line 2 of ${box.path('config')}`,
  },
  {
    when: 'source_profile without role_arn',
    box: boxWithRoles,
    given: (box) => appendFileSync(box.path('config'), '\n[profile dev]\nsource_profile = work\n'),
    run: login('dev'),
    remedy:
      'aws configure set role_arn ARN --profile dev, or without a role: mfa-login --profile work',
    fill: () => ({ ARN: 'arn:aws:iam::123456789012:role/admin' }),
    then: words('status'),
  },
  {
    when: 'role_arn without source_profile',
    box: boxWithRoles,
    given: (box) =>
      replace(box, 'config', 'source_profile = work\n\n[profile deploy]', '\n[profile deploy]'),
    run: login('admin'),
    remedy: 'aws configure set source_profile NAME --profile admin',
    fill: () => ({ NAME: 'work' }),
  },
  {
    when: 'source_profile settings in a circle',
    box: boxWithRoles,
    given: (box) => {
      replace(box, 'config', 'source_profile = work\n', 'source_profile = deploy\n')
      replace(box, 'config', 'source_profile = work\nexternal', 'source_profile = admin\nexternal')
    },
    run: login('admin'),
    remedy:
      'aws configure set source_profile NAME --profile deploy, with the profile that holds the long-term keys',
    fill: () => ({ NAME: 'work' }),
    then: login('deploy'),
  },
  {
    when: 'the null device as both files',
    given: (box) => {
      box.env.AWS_CONFIG_FILE = '/dev/null'
      box.env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null'
    },
    run: login(),
    remedy: 'unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE',
  },
  {
    when: 'aws-vault’s credential_process, with the keys in a file',
    given: (box) => {
      moved(box, 'work')
      config(box, 'region = eu-west-1\ncredential_process = aws-vault export --format=json work\n')
    },
    run: words('setup', ...WORK, '--yes'),
    remedy: 'mfa-login import --profile work',
    then: login(),
  },
]

export const OF_SESSIONS: readonly Situation[] = [
  {
    when: 'a session that AWS tools do not use',
    given: loggedIn,
    run: DOCTOR,
    remedy: 'mfa-login setup --profile work, or: export AWS_PROFILE=work-mfa',
    then: ({ env }) => ['doctor', ...(env.AWS_PROFILE === undefined ? WORK : [])],
  },
  {
    when: 'a session that is only in the cache',
    given: async (box) => {
      await loggedIn(box)
      moved(box, 'work')
    },
    run: DOCTOR,
    remedy: 'mfa-login setup --profile work',
  },
  {
    when: 'no session',
    run: DOCTOR,
    remedy: 'mfa-login --profile work, then: export AWS_PROFILE=work-mfa',
    then: words('doctor'),
  },
  {
    when: 'a session that has expired',
    given: async (box) => {
      await loggedIn(box)
      replace(box, 'credentials', /(expires = ).*/, '$12020-01-01T00:00:00Z')
    },
    run: DOCTOR,
    remedy: 'mfa-login --profile work, then: export AWS_PROFILE=work-mfa',
    then: words('doctor'),
  },
  {
    when: 'keys in the environment',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      box.env.AWS_ACCESS_KEY_ID = box.key.accessKeyId
      box.env.AWS_SECRET_ACCESS_KEY = box.key.secretAccessKey
    },
    run: DOCTOR,
    remedy: 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
  },
  {
    when: 'two variables that name different profiles',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      Object.assign(box.env, { AWS_PROFILE: 'work', AWS_DEFAULT_PROFILE: 'other' })
    },
    run: words('doctor'),
    remedy: 'unset AWS_DEFAULT_PROFILE',
  },
  {
    when: 'nobody to ask for consent',
    run: words('setup', ...WORK),
    remedy: 'mfa-login setup --yes --profile work',
    then: login(),
  },
  {
    when: 'nothing to undo',
    run: words('setup', ...WORK, '--undo', '--yes'),
    remedy: 'mfa-login status',
    then: words('status'),
  },
]
