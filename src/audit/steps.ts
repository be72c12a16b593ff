/** A step of what to do next, for some users; pure. */
import type { NextStep, UserVerdict } from './report.ts'
import { nameInSentence } from './names.ts'

/** More of a step would fill the screen; JSON has all. */
export const MOST_COMMANDS = 20

/** More names would make a long sentence. */
export const MOST_NAMES = 3

/** None where there are no users. */
export function stepFor(
  users: readonly UserVerdict[],
  describe: (who: string) => string,
  commands: readonly string[] = [],
): NextStep[] {
  if (users.length === 0) return []
  const names = users.map(({ user }) => user)
  return [{ what: describe(listNames(names)), commands, users: names }]
}

/** `alice, bob and 3 others`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, names.length > MOST_NAMES ? MOST_NAMES - 1 : MOST_NAMES)
  const rest = names.length - shown.length
  const parts = [...shown.map(nameInSentence), ...(rest === 0 ? [] : [`${rest} others`])]
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)]
    .filter((each) => each !== '')
    .join(' and ')
}
