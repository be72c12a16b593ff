import { defineConfig } from 'vitest/config'
import { iamActions } from './src/policy/actions/iam-actions.js'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take 15 seconds or more, the longest first. */
const LONG = [
  'program/clients',
  'program/network',
  'program/waiting',
  'program/device-enroll',
  'platform/files/lock',
  'program/import',
  'program/prompt-programs',
  'program/cache-encryption',
  'program/secrets',
  'program/doctor-aws',
  'program/keys-rotate',
  'program/prompt-real',
  'program/policy-account',
  'fuzz/ini',
  'program/keys',
  'program/demo',
  'program/exec-signals',
  'program/login',
  'program/shells',
  'program/transaction',
  'program/keys-rotate-twice',
  'program/kill',
  'program/credential-process',
  'program/exec-server',
  'program/standalone',
  'program/package',
].map((name) => `/test/${name}.test.ts`)

/** Starts the long files first, so that none of them is left for the end. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((name) => moduleId.endsWith(name))
      return index < 0 ? LONG.length : index
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  plugins: [iamActions()],
  test: {
    include: ['test/**/*.test.ts'],
    // For tests that hang; a machine that is busy takes several times as long as an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // How long a test waits for a thing to happen; on a loaded machine even a start of Node.js takes seconds.
    expect: { poll: { timeout: 30_000 } },
    // Most tests wait for processes, prompts and time limits, so more files than cores run at once.
    maxWorkers: 7,
    // No test changes a module, so files share what a worker has loaded; it costs more than most tests.
    isolate: false,
    server: { deps: { inline: [/iam-data[\\/]compact/] } },
    setupFiles: ['test/support/restore-environment.ts'],
    sequence: { sequencer: LongFilesFirst },
    // The report has a line per file, and one per test that takes longer than this (milliseconds).
    slowTestThreshold: 10_000,
    env: {
      // The SDK prints this warning in every worker.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // Of the manual pages in what tests build, as a copy without Git has no commit.
      SOURCE_DATE_EPOCH: '1795737600',
    },
  },
})
