import { command, PROFILE, SERIAL } from '../command.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/write.ts'
import { profileSession } from '../session/role-session.ts'
import { MIN_TTL, minTtlOf } from '../session/serve.ts'
import { processCredentials } from '../session/session.ts'

export default command({
  about:
    'Prints the session as AWS tools want it from credential_process: from the cache, else a new one.',
  options: {
    profile: PROFILE,
    serial: SERIAL,
    'min-ttl': MIN_TTL,
  },
  examples: [
    ['mfa-login credential-process --profile work', 'what setup writes to ~/.aws/config'],
    ['mfa-login setup --profile work', 'have it written'],
  ],
  parse: ({ profile, serial, 'min-ttl': minTtl }) => ({
    ask: { profile },
    serial,
    minTtl: minTtlOf(minTtl),
  }),
  run: async (input, context) => {
    const paths = pathsOf(context)
    const source = resolveSource(await readProfileFiles(context, paths), context.env, input.ask)
    const { session } = await profileSession(context, paths, source, {
      ...input,
    })
    context.out(processCredentials(session))
    return 'ok'
  },
})
