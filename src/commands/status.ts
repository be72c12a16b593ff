import { command } from '../command.ts'
import { JSON_OUTPUT, PROFILE_NAME } from '../options.ts'
import { printJson } from '../print-json.ts'
import { pathsOf } from '../profile/paths.ts'
import { isKnownProfile, refuseUnknownProfile } from '../profile/known-profile.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { readInventory } from '../session/cache/store.ts'
import { formatTimeLeft } from '../session/model/duration.ts'
import { formatLocalTime } from '../session/model/local-time.ts'
import { storedSessions, type StoredSession } from '../session/cache/inventory.ts'
import { table } from '../table.ts'

export default command({
  about: 'Shows every session: profile, account, role and time left.',
  options: {
    profile: {
      ...PROFILE_NAME,
      short: 'p',
      isOperand: true,
      defaultText: 'all sessions',
      about: 'only sessions created for or written to this profile; exit code 1 if none is valid',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login status', 'all sessions'],
    ['mfa-login status --profile work || mfa-login --profile work', 'log in if needed'],
  ],
  run: async ({ profile, json }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const all = storedSessions(files, await readInventory(context, paths), context.now())
    const sessions = all.filter((session) => isOfProfile(session, profile))
    if (profile !== undefined && sessions.length === 0)
      refuseUnknownProfile(files, context.env, profile)
    if (json) printJson(context, { sessions: sessions.map(toJson) })
    else if (sessions.length === 0) context.info(describeNone(files, profile))
    else context.report(table(rows(sessions), context.columns))
    return profile === undefined || sessions.some(({ isValid }) => isValid) ? 'ok' : 'noSession'
  },
})

function describeNone(files: ProfileFiles, profile: string | undefined): string {
  if (profile === undefined) return 'There is no session. Next: mfa-login'
  const source = profile.replace(/-mfa$/, '')
  const next = isKnownProfile(files, source) ? source : profile
  return `There is no session of profile ${profile}. Next: mfa-login --profile ${next}`
}

function isOfProfile({ profile, source }: StoredSession, name: string | undefined): boolean {
  return name === undefined || name === profile || name === source
}

/** Without the credentials. */
function toJson(session: StoredSession) {
  const { profile, source, account, role, serialNumber, expiration, secondsLeft, isValid } = session
  const place = placeOf(session)
  return { profile, source, account, role, serialNumber, expiration, secondsLeft, isValid, place }
}

function rows(sessions: readonly StoredSession[]): string[][] {
  const lines = sessions.map((session) => [
    session.profile,
    session.account ?? '-',
    nameOf(session.role),
    session.isValid ? `${formatTimeLeft(session.secondsLeft * 1000)} left` : 'expired',
    formatLocalTime(session.expiration),
    placeOf(session),
  ])
  return [['PROFILE', 'ACCOUNT', 'ROLE', 'TIME', 'EXPIRES', 'PLACE'], ...lines]
}

/** A session that is only in the cache reaches AWS tools through credential_process, exec and env alone. */
function placeOf({ inCredentials }: StoredSession): 'file' | 'cache' {
  return inCredentials ? 'file' : 'cache'
}

/** The path and name in the ARN of a role (IAM User Guide, IAM ARNs). */
function nameOf(role: string | null): string {
  return role?.replace(/^.*?:role\//, '') ?? '-'
}
