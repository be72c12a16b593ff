import { command, PROFILE, SERIAL } from '../command.ts'
import { checkPromptName, PROMPT } from '../mfa/prompts/prompt-choice.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import { getSession } from '../session/acquire/role-session.ts'
import { parseMinTtl, MIN_TTL } from '../session/acquire/session-variables.ts'
import { credentialProcessJson } from '../session/model/session.ts'

export default command({
  about: 'Prints the session in the form of credential_process: from the cache, else a new one.',
  options: {
    profile: PROFILE,
    serial: SERIAL,
    'min-ttl': MIN_TTL,
    prompt: PROMPT,
  },
  examples: [
    ['mfa-login credential-process --profile work', 'what setup writes to ~/.aws/config'],
    ['mfa-login setup --profile work', 'have it written'],
    ['mfa-login credential-process --profile work --prompt zenity', 'ask in a window'],
  ],
  parse: ({ profile, serial, 'min-ttl': minTtl, prompt }) => ({
    request: { profile },
    serial,
    ...parseMinTtl(minTtl),
    prompt: checkPromptName(prompt),
  }),
  run: async ({ request, ...options }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, request)
    const { session } = await getSession(context, paths, source, {
      ...options,
      callerStartedAt: context.startedAt,
      isAnyLength: true,
    })
    context.print(credentialProcessJson(session))
    return 'ok'
  },
})
