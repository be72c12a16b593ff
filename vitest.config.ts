import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take 15 seconds or more, the longest first. */
const LONG = [
  'clients',
  'device-enroll',
  'network',
  'demo',
  'prompt-programs',
  'launcher',
  'standalone',
  'kill',
  'policy-account',
  'fast-path',
  'keys-rotate',
  'doctor',
  'prompt-real',
].map((name) => `/test/program/${name}.test.ts`)

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
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for processes, prompts and time limits, so more files than cores run at once.
    maxWorkers: 7,
    // No test changes a module, so files share what a worker has loaded; it costs more than most tests.
    isolate: false,
    setupFiles: ['test/support/restore-environment.ts'],
    sequence: { sequencer: LongFilesFirst },
    // The report has a line per file, and one per test that takes longer than this (milliseconds).
    slowTestThreshold: 10_000,
    env: {
      // The SDK prints this warning in every worker.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  },
})
