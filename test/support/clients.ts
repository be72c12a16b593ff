/** The matrix of docs/clients.md: a row per client our users have, a column per way we offer a session. */
import { execFileSync } from 'node:child_process'
import { has } from './programs.ts'
import { PROGRAM, type Sandbox } from './sandbox.ts'

type Words = readonly [string, ...string[]]

export interface Mode {
  readonly name: string
  /** Whether `mfa-login setup` wires the profile first. */
  readonly isWired: boolean
  /** What a client's command line comes behind. */
  readonly through: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const EXEC = [process.execPath, PROGRAM, 'exec', '--profile', 'work']

export const MODES: readonly Mode[] = [
  { name: 'profile', isWired: false, through: [], env: { AWS_PROFILE: 'work-mfa' } },
  { name: 'credential_process', isWired: true, through: [], env: { AWS_PROFILE: 'work' } },
  { name: 'exec', isWired: false, through: [...EXEC, '--'], env: {} },
  { name: 'exec --server', isWired: false, through: [...EXEC, '--server', '--'], env: {} },
]

/** One thing a client is told to do. */
export interface Ask {
  readonly words: Words
  /** The calls AWS then gets, each once, with their outcomes. */
  readonly calls: readonly string[]
  /** What the client prints where AWS answers. */
  readonly shows: string
}

export interface Client {
  readonly name: string
  /** Prints its version; fails where it is not installed. */
  readonly version: Words
  /** By the names of modes: the first version that can use them. */
  readonly since?: Readonly<Record<string, string>>
  /** Whether it keeps back what credential-process says on stderr. */
  readonly isSilent?: boolean
  /** Compiles what is asked, into a folder. */
  readonly build?: (folder: string) => void
  /** Who it is, where it can tell, and last what AWS allows with MFA only. */
  readonly asks: (box: Sandbox, folder: string) => readonly [...Ask[], Ask]
}

const ALICE = 'arn:aws:iam::123456789012:user/alice'
const SOURCES = new URL('../clients/', import.meta.url).pathname

const whoIs = (...words: Words): Ask => ({
  words,
  calls: ['GetCallerIdentity OK'],
  shows: ALICE,
})
const buckets = (...words: Words): Ask => ({
  words,
  calls: ['ListBuckets OK'],
  shows: 'alice-notes',
})

/** An SDK, used by a script of ours. */
function scripted(name: string, interpreter: string, script: string, second = buckets): Client {
  const words = [interpreter, `${SOURCES}${script}`] as const
  return {
    name,
    version: [...words, 'version'],
    asks: () => [whoIs(...words, 'identity'), second(...words, 'buckets')],
  }
}

/** Debian's Go libraries are found by path; there is no module to download. */
const DEBIAN_GO = ['env', 'GO111MODULE=off', 'GOPATH=/usr/share/gocode'] as const
const GO_SDK = `$(${DEBIAN_GO.join(' ')} go list -f {{.Dir}} github.com/aws/aws-sdk-go-v2/aws)`

const TERRAFORM = [
  'env',
  'CHECKPOINT_DISABLE=1',
  has('terraform', 'version') ? 'terraform' : 'tofu',
] as const

export const CLIENTS: readonly Client[] = [
  {
    name: 'AWS CLI',
    version: ['aws', '--version'],
    asks({ aws }) {
      // Debian 12's (2.9.19) does not read AWS_ENDPOINT_URL.
      const cli = ['aws', '--endpoint-url', aws.url] as const
      return [whoIs(...cli, 'sts', 'get-caller-identity'), buckets(...cli, 's3', 'ls')]
    },
  },
  scripted('boto3', 'python3', 'whoami.py'),
  {
    ...scripted('AWS SDK for JavaScript v3', process.execPath, 'whoami.mjs', (...words) => ({
      words,
      calls: ['ListGroups OK'],
      shows: 'groups:',
    })),
    isSilent: true,
  },
  {
    ...scripted('AWS SDK for Ruby v3', 'ruby', 'whoami.rb'),
    // "Add support for AWS_CONTAINER_CREDENTIALS_FULL_URI" (aws-sdk-core, CHANGELOG.md).
    since: { 'exec --server': '3.171.0' },
  },
  {
    name: 'AWS SDK for Go v2',
    version: [
      'sh',
      '-c',
      `sed -n 's/^const goModuleVersion = "\\(.*\\)"/\\1/p' "${GO_SDK}/go_module_metadata.go"`,
    ],
    build(folder) {
      const [env, ...settings] = DEBIAN_GO
      const cache = `GOCACHE=${folder}/go-cache`
      const build = ['go', 'build', '-o', `${folder}/whoami`, `${SOURCES}whoami.go`]
      execFileSync(env, [...settings, cache, ...build])
    },
    asks: (_, folder) => [
      whoIs(`${folder}/whoami`, 'identity'),
      buckets(`${folder}/whoami`, 'buckets'),
    ],
  },
  {
    name: 'rclone',
    version: ['rclone', 'version'],
    asks({ aws }) {
      const remote = `:s3,provider=AWS,env_auth=true,region=eu-west-1,endpoint="${aws.url}":`
      return [buckets('rclone', '--config', '/dev/null', '--retries', '1', 'lsd', remote)]
    },
  },
  {
    name: 'Terraform’s S3 backend',
    version: [...TERRAFORM, 'version'],
    asks: ({ home }) => [
      {
        words: [
          ...(['env', `TF_DATA_DIR=${home}/terraform`, ...TERRAFORM] as const),
          ...[`-chdir=${SOURCES}terraform`, 'init', '-input=false', '-no-color'],
        ],
        // There is no state yet.
        calls: ['GetCallerIdentity OK', 'ListObjectsV2 OK', 'HeadObject NoSuchKey'],
        shows: 'Successfully configured the backend "s3"',
      },
    ],
  },
]
