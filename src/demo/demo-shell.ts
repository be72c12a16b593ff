import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Context } from '../context.ts'
import { protectedAccount } from '../local-aws/index.ts'
import { quotePosix } from '../shell/quote.ts'
import { shellCommand } from '../shell/syntax.ts'
import { createDemoEnvironment } from './environment.ts'

/** Opens a shell in the home of a demo and returns its exit code; the demo ends with it. */
export async function runDemoShell(context: Context): Promise<number> {
  const demo = await createDemoEnvironment(context, protectedAccount())
  try {
    const programs = writeProgram(context, demo.home)
    writeStartFiles(demo.home)
    for (const line of WELCOME) context.info(line)
    const PATH = [programs, context.env.PATH].filter(Boolean).join(delimiter)
    return await context.run(shellCommand(context), { env: { ...demo.env, PATH } })
  } finally {
    await demo.close()
  }
}

const WELCOME = [
  'This shell has a home folder of its own, and a local AWS. exit ends it and removes both.',
  'MFA is mandatory for alice, who has a device: the profile demo has her key, and admin that of an administrator.',
  'aws --profile demo s3 ls is denied; mfa-login --profile demo logs in.',
  'In another terminal, mfa-login demo code prints the code that it asks for.',
]

/** A folder in which `mfa-login` is this program, wherever it was started from. */
function writeProgram({ self }: Context, home: string): string {
  const folder = join(home, 'bin')
  mkdirSync(folder)
  const script = `#!/bin/sh\nexec ${self.map(quotePosix).join(' ')} "$@"\n`
  writeFileSync(join(folder, 'mfa-login'), script, { mode: 0o755 })
  const batch = `@${self.map((word) => `"${word}"`).join(' ')} %*\r\n`
  writeFileSync(join(folder, 'mfa-login.cmd'), batch)
  return folder
}

/**
 * A prompt that tells this shell from others, and what keeps shells from treating a new home as one: zsh asks a new user
 * for a file of its own, and fish starts a program that writes completions there for as long as it takes.
 */
function writeStartFiles(home: string): void {
  mkdirSync(join(home, '.local', 'share', 'fish', 'generated_completions'), { recursive: true })
  writeFileSync(join(home, '.bashrc'), "PS1='(mfa-login demo) \\w \\$ '\n")
  writeFileSync(join(home, '.zshrc'), "PROMPT='(mfa-login demo) %~ %# '\n")
}
