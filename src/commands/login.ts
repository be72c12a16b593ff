import { command, DURATION, JSON_OUTPUT, PROFILE, SERIAL, TOKEN_CODE } from '../command.ts'
import type { Context } from '../context.ts'
import { accountOf } from '../mfa/serial.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { checkedName, resolveSource, type ProfileFiles } from '../profile/resolve.ts'
import { settingsToCopy, sessionChanges, sessionIn, targetOf } from '../profile/target.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { listCached } from '../session/cache.ts'
import { WORTH_KEEPING_MS } from '../session/client.ts'
import { inWords, sessionSeconds } from '../session/duration.ts'
import { renewSession } from '../session/renew.ts'
import { timeLeft } from '../session/session.ts'

export default command({
  about: 'Gets an MFA session from STS and writes it to a profile.',
  options: {
    profile: PROFILE,
    to: {
      value: 'NAME',
      about: 'the profile to write to; default NAME-mfa (or NAME beside NAME-long-term)',
    },
    serial: SERIAL,
    'token-code': TOKEN_CODE,
    duration: DURATION,
    force: { about: 'take a new session although there is a valid one' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login', 'the default profile'],
    ['mfa-login --profile work', 'keys from [work-long-term] or [work]'],
    ['mfa-login -p work --duration 8h', 'a working day'],
    ['eval "$(mfa-login -p work)"', 'log in and use the session in this shell'],
    ['pass otp aws | mfa-login -p work --token-code -', 'a code from another program'],
  ],
  parse: ({
    profile,
    to,
    serial,
    'token-code': tokenCode,
    duration,
    force = false,
    json = false,
  }) => {
    if (to !== undefined) checkedName(to)
    if (duration !== undefined) sessionSeconds(duration, false)
    return { ask: { profile, to }, serial, tokenCode, duration, force, json }
  },
  run: async (input, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const source = resolveSource(files, context.env, input.ask)
    const target = targetOf(files, source.target)
    const kept = input.force ? undefined : await keptSession(context, paths, files, source)
    const result =
      kept ?? (await renewSession(context, paths, source, { ...input, minTtl: WORTH_KEEPING_MS }))
    if (kept === undefined && target === 'plain') {
      await writeSession(context, paths, source, result.session)
    }
    const { expiration, serialNumber } = result.session
    report(context, input.json, {
      profile: source.target,
      source: source.keysProfile ?? null,
      account: accountOf(serialNumber) ?? null,
      serialNumber: serialNumber === '' ? null : serialNumber,
      expiration,
      isNew: result.isNew,
    })
    return 'ok'
  },
})

type Source = ReturnType<typeof resolveSource>
type Renewed = Awaited<ReturnType<typeof renewSession>>

/** The valid session already in the target, unless it was made from another key. */
async function keptSession(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  source: Source,
): Promise<Renewed | undefined> {
  const found = sessionIn(files, source.target)
  if (timeLeft(found?.expiration, context.now()) < WORTH_KEEPING_MS || !found) return undefined
  const cached = await listCached(context, paths)
  const origin = cached.find(({ accessKeyId }) => accessKeyId === found.accessKeyId)
  if (origin !== undefined && origin.sourceAccessKeyId !== source.accessKeyId) return undefined
  const serialNumber = origin?.serialNumber ?? source.serialNumber ?? ''
  const { profile, accessKeyId: sourceAccessKeyId } = source
  return {
    session: { version: 1, ...found, profile, serialNumber, sourceAccessKeyId },
    isNew: false,
  }
}

async function writeSession(
  context: Context,
  paths: Paths,
  source: Source,
  session: Renewed['session'],
): Promise<void> {
  const profile = source.target
  await editFile(context, paths.credentials, 'credentials', [
    { profile, change: sessionChanges(session) },
  ])
  const files = await readProfileFiles(context, paths)
  const change = settingsToCopy(files, source)
  await editFile(context, paths.config, 'config', [{ profile, change }])
}

interface Report {
  readonly profile: string
  readonly source: string | null
  readonly account: string | null
  readonly serialNumber: string | null
  readonly expiration: string
  readonly isNew: boolean
}

function report(context: Context, json: boolean, result: Report): void {
  if (json) {
    context.out(`${JSON.stringify(result, undefined, 2)}\n`)
    return
  }
  const left = inWords(timeLeft(result.expiration, context.now()))
  const until = `until ${result.expiration} (${left})`
  context.say(
    result.isNew
      ? `New session in profile ${result.profile}, valid ${until}.`
      : `The session in profile ${result.profile} is still valid ${until}; --force takes a new one.`,
  )
  if (context.env.AWS_ACCESS_KEY_ID !== undefined) {
    context.say(
      'AWS_ACCESS_KEY_ID is set and wins over a profile: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    )
  }
  context.say('Use it with:')
  context.out(`${exportLine(context.platform, result.profile)}\n`)
}

function exportLine(platform: string, profile: string): string {
  return platform === 'win32' ? `$env:AWS_PROFILE = "${profile}"` : `export AWS_PROFILE=${profile}`
}
