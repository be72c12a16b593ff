import { command, PROFILE, SERIAL } from '../command.ts'
import { checkedPrompt, PROMPT } from '../mfa/prompts/prompt-choice.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import { profileSession } from '../session/acquire/role-session.ts'
import { leastLife, MIN_TTL } from '../session/acquire/session-variables.ts'
import { processCredentials } from '../session/model/session.ts'

export default command({
  about:
    'Prints the session as AWS tools want it from credential_process: from the cache, else a new one.',
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
    ask: { profile },
    serial,
    ...leastLife(minTtl),
    prompt: checkedPrompt(prompt),
  }),
  run: async (input, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, input.ask)
    const { session } = await profileSession(context, paths, source, {
      ...input,
      hurriedSince: context.began,
      isAnyLength: true,
    })
    context.out(processCredentials(session))
    return 'ok'
  },
})
