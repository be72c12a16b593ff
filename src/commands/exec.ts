import { command, PROFILE } from '../command.ts'
import { usageFailure } from '../failure.ts'
import type { Context } from '../context.ts'
import { checkPromptName, PROMPT } from '../mfa/prompts/prompt-choice.ts'
import { pathsOf } from '../profile/paths.ts'
import { credentialsOfDefault } from '../profile/obscuring.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { serveCredentials, type CredentialServer } from '../session/serve/credential-server.ts'
import { newSessionSeconds } from '../session/model/session-length.ts'
import { cacheFileName } from '../session/model/session.ts'
import {
  parseMinTtl,
  MIN_TTL,
  getSessionVariables,
  type SessionWithVariables,
} from '../session/acquire/session-variables.ts'
import { applyVariables, serverVariables } from '../session/model/variables.ts'

/** Tells a nested exec, which would outlive or hide the outer one's session. */
const MARK = 'MFA_LOGIN_EXEC'
/** Names the cached session that is served, for `prompt`. */
const SESSION = 'MFA_LOGIN_SESSION'

export default command({
  about:
    'Runs a command with the session in its environment. Its stdin, stdout and stderr stay as they are,\n' +
    'signals are passed on, and its exit code is ours.',
  options: {
    profile: PROFILE,
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
    server: { about: 'serve credentials that are renewed, for a command that outlives a session' },
  },
  rest: { value: 'COMMAND…', about: 'the command and its arguments, best behind --' },
  examples: [
    ['mfa-login exec --profile work -- aws s3 ls', 'one command'],
    ['mfa-login exec -p work --min-ttl 2h -- terraform apply', 'with time enough'],
    ['mfa-login exec -p work --server -- ./long-migration', 'longer than a session lives'],
    ['mfa-login exec -p work -- "$SHELL"', 'a shell'],
  ],
  parse: ({ profile, 'min-ttl': minTtl, prompt, server = false }, _, words = []) => {
    if (words.length === 0) {
      throw usageFailure('Which command?', 'mfa-login exec --profile work -- aws s3 ls')
    }
    return { profile, ...parseMinTtl(minTtl), prompt: checkPromptName(prompt), server, words }
  },
  run: async ({ words, server, ...asked }, context) => {
    const outer = context.env[MARK]
    if (outer !== undefined) {
      throw usageFailure(
        `This runs in mfa-login exec for the profile ${outer} already.`,
        `leave that first, or: env -u ${MARK} mfa-login exec …`,
      )
    }
    const served = await getSessionVariables(context, asked)
    const { profile } = served.source
    const mark = { [MARK]: profile }
    if (!server) {
      return context.run(words, {
        env: { ...applyVariables(context.env, served.variables), ...mark },
      })
    }
    // The session at hand may be longer than those that will follow: --min-ttl must fit them too.
    const minTtl = Math.min(asked.minTtl, newSessionSeconds(served.source) * 500)
    const serving = await serveCredentials(context, { ...asked, profile, minTtl })
    try {
      const names = { ...mark, [SESSION]: cacheFileName(served.session) }
      const env = { ...(await serverEnvironment(context, served, serving)), ...names }
      return await context.run(words, { env })
    } finally {
      serving.close()
    }
  },
})

async function serverEnvironment(
  context: Context,
  { variables }: SessionWithVariables,
  server: CredentialServer,
): Promise<Record<string, string | undefined>> {
  const paths = pathsOf(context)
  const hidden = credentialsOfDefault(await readProfileFiles(context, paths))
  for (const { kind, key } of hidden) {
    context.info(
      `The command does not see ${paths[kind]}: the ${key} of its default profile would win over the server.`,
    )
  }
  const nothing = context.platform === 'win32' ? 'NUL' : '/dev/null'
  const names = { config: 'AWS_CONFIG_FILE', credentials: 'AWS_SHARED_CREDENTIALS_FILE' }
  const files = Object.fromEntries(hidden.map(({ kind }) => [names[kind], nothing]))
  return { ...applyVariables(context.env, serverVariables(variables, server)), ...files }
}
