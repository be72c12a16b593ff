/** The table of docs/clients.md: a row per client, a column per way to give it a session. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { has } from './programs.ts'
import { PROGRAM, type Sandbox } from './sandbox.ts'

type Words = readonly [string, ...string[]]

export interface Mode {
  readonly name: string
  /** Whether the test runs `mfa-login setup` first. */
  readonly isWired: boolean
  /** The words before the command line of the client. */
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

/** One command of a client. */
export interface Ask {
  readonly words: Words
  /** The calls that AWS gets, each once, with their outcomes. */
  readonly calls: readonly string[]
  /** A text that the client prints if AWS allows the call. */
  readonly shows: string
}

export interface Client {
  readonly name: string
  /** Prints the version; fails if the client is not installed. */
  readonly version: Words
  /** The first version that can use a mode, by the name of the mode. */
  readonly since?: Readonly<Record<string, string>>
  /** Whether it hides the stderr of credential_process. */
  readonly isSilent?: boolean
  /** Compiles the client into a folder. */
  readonly build?: (folder: string) => void
  /** Asks for the identity, if the client can, and last for something that the policy allows only with MFA. */
  readonly asks: (box: Sandbox, folder: string) => readonly [...Ask[], Ask]
}

const ALICE = 'arn:aws:iam::123456789012:user/alice'
const SOURCES = fileURLToPath(new URL('../clients/', import.meta.url))

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

/** An SDK, used by a script in test/clients. */
function scripted(name: string, interpreter: string, script: string, second = buckets): Client {
  const words = [interpreter, `${SOURCES}${script}`] as const
  return {
    name,
    version: [...words, 'version'],
    asks: () => [whoIs(...words, 'identity'), second(...words, 'buckets')],
  }
}

/** Uses the Go libraries of Debian in GOPATH, so that no module is downloaded. */
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
