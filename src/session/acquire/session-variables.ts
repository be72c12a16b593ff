import type { Context } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompt-names.ts'
import { readSource } from '../../profile/read-source.ts'
import { pathsOf } from '../../profile/paths.ts'
import type { MinimumLife } from '../model/freshness.ts'
import { getSession } from './get-session.ts'
import { settingsOfEarlierEnv, settingVariables } from '../model/setting-variables.ts'
import { sessionVariables } from '../model/variables.ts'

export type SessionWithVariables = Awaited<ReturnType<typeof getSessionVariables>>

/** The session of a profile as variables; asks for a code where the cache has none. */
export async function getSessionVariables(
  context: Context,
  {
    profile,
    ...options
  }: MinimumLife & { profile?: string | undefined; prompt?: PromptChoice | undefined },
) {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const { session } = await getSession(context, paths, source, options)
  const settings = settingVariables(context, source)
  const earlier = settingsOfEarlierEnv(context.inherited)
  return {
    source,
    session,
    settings,
    earlier,
    variables: sessionVariables(session, settings, earlier),
  }
}
