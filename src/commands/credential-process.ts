import { command, PROFILE, SERIAL } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { pathsOf } from '../profile/paths.ts'
import { resolveSource } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/write.ts'
import { parseDuration } from '../session/duration.ts'
import { MIN_TTL_SECONDS } from '../session/hit.ts'
import { renewSession } from '../session/renew.ts'
import { processCredentials } from '../session/session.ts'

export default command({
  about:
    'Prints the session as AWS tools want it from credential_process: from the cache, else a new one.',
  options: {
    profile: PROFILE,
    serial: SERIAL,
    'min-ttl': {
      value: 'TIME',
      about: 'serve a cached session that lives at least this long; default 15m',
    },
  },
  examples: [
    ['mfa-login credential-process --profile work', 'what setup writes to ~/.aws/config'],
    ['mfa-login setup --profile work', 'have it written'],
  ],
  parse: ({ profile, serial, 'min-ttl': minTtl }) => {
    const seconds = minTtl === undefined ? MIN_TTL_SECONDS : parseDuration(minTtl)
    if (seconds === undefined) {
      throw usageFailure(`${JSON.stringify(minTtl)} is not a time such as 15m.`, '--min-ttl 15m')
    }
    return { ask: { profile }, serial, minTtl: seconds * 1000 }
  },
  run: async (input, context) => {
    const paths = pathsOf(context)
    const source = resolveSource(await readProfileFiles(context, paths), context.env, input.ask)
    const { session } = await renewSession(context, paths, source, {
      ...input,
      tokenCode: undefined,
      duration: undefined,
      force: false,
    })
    context.out(processCredentials(session))
    return 'ok'
  },
})
