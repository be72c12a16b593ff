/** The picture in the README is a session as it is today: `npx vitest run program/picture -u` takes it again. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { newDay } from '../support/person.ts'
import { pictureOf } from '../support/picture.ts'
import { has } from '../support/programs.ts'
import type { TerminalRun } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

const PICTURE = fileURLToPath(new URL('../../docs/session.svg', import.meta.url))
const COLUMNS = 88
const PROMPT = '\u001B[1;32m$\u001B[0m '
const COMMANDS = [
  'aws --profile work s3 ls',
  'mfa-login --profile work',
  'export AWS_PROFILE=work-mfa',
  'aws s3 ls',
]

/** What differs from run to run. */
function redact(text: string): string {
  return text
    .replace(/\b\d{6}\b/, '123456')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)/, '2026-11-25 04:36')
}

async function type(run: TerminalRun, commands: readonly string[], code: () => string) {
  for (const [index, line] of commands.entries()) {
    await run.answer(PROMPT, `${line}\r`, index + 1)
    if (line.startsWith('mfa-login')) await run.answer('MFA code for work', `${code()}\r`)
  }
  await run.waitFor(PROMPT, commands.length + 1)
}

it.skipIf(!has('aws', '--version'))(
  'the picture of a session shows what a terminal shows',
  async () => {
    const box = await newDay()
    const env = { PS1: '\\[\\e[1;32m\\]$\\[\\e[0m\\] ', BASH_SILENCE_DEPRECATION_WARNING: '1' }
    const run = box.terminal('exec bash --noprofile --norc', { columns: COLUMNS, env })
    await type(run, COMMANDS, () => box.code())
    const end = run.screen.lastIndexOf(PROMPT)
    run.type('exit\r')
    await run.exit
    // Versions of the AWS CLI begin an error in different ways.
    const output = run.screen
      .slice(0, end)
      .replace(/(?:\r\n)*(?:aws: \[ERROR\]: )?(?=An error)/, '')
    const title =
      'AWS refuses aws s3 ls, mfa-login asks for a code, and AWS allows the same command.'
    expect(output).toContain('explicit deny')
    await expect(await pictureOf(output, { title, columns: COLUMNS, redact })).toMatchFileSnapshot(
      PICTURE,
    )
  },
)
