/** What to do about machines, whose keys cannot have MFA; pure. */
import { nameOption, type Caller } from '../administration/caller.ts'
import { applyCommand } from './enforcing.ts'
import { TAG } from './except-option.ts'
import type { NextStep, UserVerdict } from './report.ts'
import { stepFor } from './steps.ts'
import type { Tagging } from './tagging.ts'

interface Plan {
  readonly tagging: Tagging
  readonly except: string
  readonly caller: Caller
}

/** The policies that enforce come later and have the exception; one that stops a machine already comes first. */
export function machineSteps({ tagging, except, caller }: Plan): NextStep[] {
  const { machines, stopped, holder, elsewhere, named } = tagging
  const tag = (users: readonly UserVerdict[]): string[] =>
    users.map(({ user }) => tagCommand(user, caller))
  return [
    ...stepFor(
      machines,
      (who) => `Give ${who} a role instead of a key; until then, tag for an exception`,
      tag(machines),
    ),
    ...stepFor(
      stopped,
      (who) => `Give ${who} a role instead of a key; until then, make an exception, and tag for it`,
      [...(holder ? [applyCommand(holder, except, caller)] : []), ...tag(stopped)],
    ),
    ...stepFor(
      elsewhere,
      (who) => `Give ${who} a role instead of a key, which a policy stops already`,
    ),
    ...stepFor(
      named,
      (who) => `Tag ${who} for an exception, which the new policy does not know by name`,
      tag(named),
    ),
  ]
}

function tagCommand(user: string, caller: Caller): string {
  const tag = caller.quote(`Key=${TAG.key},Value=${TAG.value}`)
  return `${caller.aws} iam tag-user ${nameOption('user-name', user, caller)} --tags ${tag}`
}
