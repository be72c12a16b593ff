import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { clientEnvironment, withoutOwnSettings, type LocalAws } from '../local-aws/index.ts'

/** Runs a command, and the server as long as that. What it stores, such as a session, is removed with it. */
export async function runBeside(
  context: Context,
  aws: LocalAws,
  words: readonly string[],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mfa-login-local-aws-'))
  const own = withoutOwnSettings(context.inherited, folder)
  const env = { ...own, ...clientEnvironment(aws, aws.account.users[0]) }
  try {
    return await context.run(words, { env })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    await aws.close()
  }
}
