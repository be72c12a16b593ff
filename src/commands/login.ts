import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { presentSessionVariables } from '../credential-variables.ts'
import { accountOf } from '../mfa/serial.ts'
import {
  DURATION,
  JSON_OUTPUT,
  PROFILE,
  PROFILE_NAME,
  PROMPT,
  SERIAL,
  TOKEN_CODE,
} from '../options.ts'
import { printJson } from '../print-json.ts'
import { formatTimeLeft } from '../session/model/duration.ts'
import { logIn } from '../session/acquire/log-in.ts'
import { formatLocalTime } from '../session/model/local-time.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { syntaxOf, unsetVariables, usualShell } from '../shell/syntax.ts'

export default command({
  about: 'Gets an MFA session from STS and writes it to a profile.',
  options: {
    profile: PROFILE,
    to: {
      ...PROFILE_NAME,
      about: 'the profile to write to',
      defaultText: 'NAME-mfa, or NAME if the keys are in [NAME-long-term]',
    },
    serial: SERIAL,
    'token-code': TOKEN_CODE,
    prompt: PROMPT,
    duration: DURATION,
    force: { about: 'get a new session even if there is a valid one' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login', 'the default profile'],
    ['mfa-login --profile work', 'keys from [work-long-term] or [work]'],
    ['mfa-login -p work --duration 8h', 'a working day'],
    ['{eval mfa-login -p work}', 'log in and use the session in this shell'],
    ['pass otp aws | mfa-login -p work --token-code -', 'a code from another program'],
  ],
  run: async ({ profile, to, json, ...input }, context) => {
    const request = { profile, to }
    const { source, session, isNew } = await logIn(context, { request, ...input })
    const { expiration, serialNumber } = session
    report(
      context,
      { json, duration: input.duration },
      {
        profile: source.target,
        source: source.keysProfile ?? null,
        account: accountOf(session.roles?.at(-1)?.arn ?? serialNumber) ?? null,
        serialNumber: serialNumber === '' ? null : serialNumber,
        expiration,
        isNew,
      },
    )
    return 'ok'
  },
})

interface Report {
  readonly profile: string
  readonly source: string | null
  readonly account: string | null
  readonly serialNumber: string | null
  readonly expiration: string
  readonly isNew: boolean
}

function report(
  context: Context,
  { json, duration }: { readonly json: boolean; readonly duration: string | undefined },
  result: Report,
): void {
  if (json) {
    printJson(context, result)
    return
  }
  const left = formatTimeLeft(timeLeft(result.expiration, context.now()))
  const until = `until ${formatLocalTime(result.expiration)} (${left})`
  context.info(
    result.isNew
      ? `New session in profile ${result.profile}, valid ${until}.`
      : `The session in profile ${result.profile} is still valid ${until}; ${forNewOne(duration)}.`,
  )
  if (context.env.AWS_ACCESS_KEY_ID !== undefined) {
    context.info(
      `AWS_ACCESS_KEY_ID is set and wins over a profile: ${unsetVariables(context, presentSessionVariables(context.env))}`,
    )
  }
  if (context.columns < Infinity) context.info('Use it with:')
  context.print(`${useLine(context, result.profile)}\n`)
}

/** A session that is kept is not of the length that a person asks for. */
function forNewOne(duration: string | undefined): string {
  return duration === undefined
    ? 'use --force for a new one'
    : `--duration ${duration} applies only to a new session: add --force`
}

/** For the shell of the person, or for the one that evaluates it: `export` is a function of fish too. */
function useLine(context: Context, profile: string): string {
  const isSure = context.columns < Infinity || context.platform === 'win32'
  const shell = isSure
    ? usualShell(context)
    : usualShell({
        platform: context.platform,
        env: { MFA_LOGIN_SHELL: context.env.MFA_LOGIN_SHELL },
      })
  return syntaxOf(shell).show('AWS_PROFILE', profile)
}
