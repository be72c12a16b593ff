import type { Context } from '../context.ts'

/** A context with some members replaced. Not a spread, which would run its getters. */
export function deriveContext(context: Context, replaced: Partial<Context>): Context {
  return Object.defineProperties({} as Context, {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(replaced),
  })
}
