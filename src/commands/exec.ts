import { command, PROFILE } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { MIN_TTL, minTtlOf, servedSession } from '../session/serve.ts'
import { applied } from '../session/variables.ts'

/** Tells a nested exec, which would outlive or hide the outer one's session. */
const MARK = 'MFA_LOGIN_EXEC'

export default command({
  about:
    'Runs a command with the session in its environment. Its stdin, stdout and stderr stay as they are,\n' +
    'signals are passed on, and its exit code is ours.',
  options: { profile: PROFILE, 'min-ttl': MIN_TTL },
  rest: { value: 'COMMAND…', about: 'the command and its arguments, best behind --' },
  examples: [
    ['mfa-login exec --profile work -- aws s3 ls', 'one command'],
    ['mfa-login exec -p work --min-ttl 2h -- terraform apply', 'with time enough'],
    ['mfa-login exec -p work -- "$SHELL"', 'a shell'],
  ],
  parse: ({ profile, 'min-ttl': minTtl }, _, words = []) => {
    if (words.length === 0) {
      throw usageFailure('Which command?', 'mfa-login exec --profile work -- aws s3 ls')
    }
    return { profile, minTtl: minTtlOf(minTtl), words }
  },
  run: async ({ words, ...asked }, context) => {
    const outer = context.env[MARK]
    if (outer !== undefined) {
      throw usageFailure(
        `This runs in mfa-login exec for the profile ${outer} already.`,
        `leave that first, or: env -u ${MARK} mfa-login exec …`,
      )
    }
    const { profile, variables } = await servedSession(context, asked)
    const env = { ...applied(context.env, variables), [MARK]: profile }
    return context.run(words, { env })
  },
})
