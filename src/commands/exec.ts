import { command } from '../command.ts'
import { noteOfSession } from '../credential-variables.ts'
import { unsetHint, usageFailure, type Failure } from '../failure.ts'
import type { Context } from '../context.ts'
import { MIN_TTL, NAMED_PROFILE, PROMPT } from '../options.ts'
import { pathsOf } from '../profile/paths.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { OTHER_SOURCES } from '../profile/session-keys.ts'
import { pickProfile } from '../profile/pick-profile.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import type { ProfileFiles } from '../profile/values.ts'
import type { CredentialServer } from '../session/serve/credential-server.ts'
import { attainableTtl } from '../session/model/freshness.ts'
import { newSessionSeconds } from '../session/model/session-length.ts'
import { cacheFileName } from '../session/model/session.ts'
import {
  getSessionVariables,
  type SessionWithVariables,
} from '../session/acquire/session-variables.ts'
import { shellCommand } from '../shell/syntax.ts'
import { applyVariables, nullDevice, serverVariables } from '../session/model/variables.ts'

/** Tells a nested exec, which would outlive or hide the session of the outer one. */
const MARK = 'MFA_LOGIN_EXEC'
/** The cache file of the served session, for `mfa-login prompt`. */
const SESSION = 'MFA_LOGIN_SESSION'

export default command({
  about:
    'Runs a command, or your shell, with the session in its environment. Passes stdin, stdout, stderr and ' +
    'signals through, and exits with the exit code of COMMAND.',
  options: {
    profile: NAMED_PROFILE,
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
    server: { about: 'serve credentials and renew them, for a command that outlives a session' },
  },
  rest: {
    value: 'COMMAND…',
    about: 'the command and its arguments; at a terminal, your shell without them',
  },
  examples: [
    ['mfa-login exec work -- aws s3 ls', 'one command'],
    ['mfa-login exec work', 'a shell; exit ends it'],
    ['mfa-login exec work --min-ttl 2h -- terraform apply', 'with at least 2 hours left'],
    ['mfa-login exec work --server -- ./long-migration', 'outlives a session'],
  ],
  run: async ({ server, minTtl: minimumLife, prompt, rest, isSeparated, ...input }, context) => {
    const outer = context.env[MARK]
    if (outer !== undefined) {
      throw usageFailure(
        `This already runs in mfa-login exec, for the profile ${outer}.`,
        `exit it first, or: ${unsetHint([MARK])}`,
      )
    }
    // A shell without a terminal would run what it reads from stdin; behind -- a variable may be empty.
    if (rest.length === 0 && (isSeparated || !context.isInteractive)) throw noCommand(input.profile)
    const profile = input.profile ?? (await pickProfile(context))
    const result = await getSessionVariables(context, { profile, prompt, ...minimumLife })
    const { source, session, variables } = result
    const words = rest.length > 0 ? rest : personsShell(context, source)
    const mark = { [MARK]: source.profile }
    if (!server) {
      const note = noteOfSession(source.profile, session.accessKeyId)
      return context.run(words, {
        env: { ...applyVariables(context.inherited, variables), ...note, ...mark },
      })
    }
    // The next sessions may be shorter than this one, and --min-ttl must fit them too.
    const minTtl = attainableTtl(minimumLife.minTtl, newSessionSeconds(source) * 1000)
    const { serveCredentials } = await import('../session/serve/credential-server.ts')
    const serving = await serveCredentials(context, { source, minTtl, prompt })
    try {
      const names = { ...mark, [SESSION]: cacheFileName(session) }
      const env = { ...serverEnvironment(context, result, serving), ...names }
      return await context.run(words, { env })
    } finally {
      serving.close()
    }
  },
})

function noCommand(profile: string | undefined): Failure {
  const words = profile === undefined ? [] : ['--profile', profile]
  return usageFailure(
    'There is no command; exec opens your shell at a terminal only, and without --.',
    ['mfa-login exec', ...words, '-- COMMAND'].join(' '),
  )
}

function personsShell(context: Context, { profile }: CredentialSource): readonly string[] {
  context.info(`This shell has the session of profile ${profile}; exit ends it.`)
  return shellCommand(context)
}

function serverEnvironment(
  context: Context,
  result: SessionWithVariables,
  server: CredentialServer,
): Record<string, string | undefined> {
  const paths = pathsOf(context)
  const hidden = credentialsOfDefault(result.source.files)
  for (const { kind, key } of hidden) {
    context.info(
      `The command does not see ${paths[kind]}: the ${key} of its default profile would take precedence over the server.`,
    )
  }
  const names = { config: 'AWS_CONFIG_FILE', credentials: 'AWS_SHARED_CREDENTIALS_FILE' }
  const files = Object.fromEntries(
    hidden.map(({ kind }) => [names[kind], nullDevice(context.platform)]),
  )
  return { ...applyVariables(context.inherited, serverVariables(result, server)), ...files }
}

/**
 * The files whose default profile has credentials. SDKs ask it before the container provider, even
 * where no profile is named (botocore, credentials.py, create_credential_resolver).
 */
function credentialsOfDefault(files: ProfileFiles) {
  return (['config', 'credentials'] as const).flatMap((kind) => {
    const values = profileKeys(files[kind], kind, 'default')
    const sources = ['aws_access_key_id', 'credential_process', ...OTHER_SOURCES]
    const key = sources.find((each) => values.has(each))
    return key === undefined ? [] : [{ kind, key }]
  })
}
