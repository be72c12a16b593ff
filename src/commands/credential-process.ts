import { command } from '../command.ts'
import { MIN_TTL, NAMED_PROFILE, PROMPT, SERIAL } from '../options.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import { getSession } from '../session/acquire/get-session.ts'
import { credentialProcessJson } from '../session/model/session.ts'

export default command({
  about: 'Prints the session in the format of credential_process: the cached one, or a new one.',
  options: {
    profile: NAMED_PROFILE,
    serial: SERIAL,
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
  },
  examples: [
    ['mfa-login credential-process --profile work', 'what setup writes to ~/.aws/config'],
    ['mfa-login setup --profile work', 'writes that line'],
    ['mfa-login credential-process --profile work --prompt zenity', 'ask in a window'],
  ],
  run: async ({ profile, serial, minTtl, prompt }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    const { session } = await getSession(context, paths, source, {
      serial,
      ...minTtl,
      prompt,
      callerStartedAt: context.startedAt,
      isAnyLength: true,
    })
    context.print(credentialProcessJson(session))
    return 'ok'
  },
})
