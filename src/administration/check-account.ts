/** What the policies in effect for a user or group decide. */
import { withExplanation } from '../aws/errors/explain.ts'
import type { Principal } from '../aws/iam-api.ts'
import type { Context } from '../context.ts'
import { usageFailure } from '../failure.ts'
import { checkForAll } from '../policy/check-policies.ts'
import type { PolicyFinding } from '../policy/findings.ts'
import { createMatrix, type MatrixRow } from '../policy/matrix.ts'
import { tagKeys } from '../policy/request-context.ts'
import { connectAsAdministrator, errorContextFor, type Administrator } from './administrator.ts'
import { readLimitedPolicies } from './effective-policies.ts'
import { findFirstPasswords } from './first-passwords.ts'
import { readPrincipal, subjectsOf, type KnownPrincipal } from './principals.ts'
import { compareWithSimulator, type SimulatorResult } from './simulator.ts'
import { findUsersWithoutDevice } from './users-without-device.ts'

interface CheckedAccount {
  readonly findings: readonly PolicyFinding[]
  /** Whether findings need the names of their policies. */
  readonly hasSeveral: boolean
  readonly matrix: readonly MatrixRow[]
  readonly simulator: SimulatorResult
}

/** Without a principal, the policies of the caller. Throws a Failure. */
export async function checkAccount(
  context: Context,
  requested: Principal | undefined,
  profile: string | undefined,
): Promise<CheckedAccount> {
  const admin = await connectAsAdministrator(context, profile)
  const principal = requested ?? admin.user
  if (principal === undefined) {
    const check = `mfa-login policy check --live${admin.caller.options}`
    throw usageFailure(`${admin.arn} is no IAM user.`, `${check} --user NAME, or with --group NAME`)
  }
  const { kind, name } = principal
  const { arn, users, policies, tags, notes, firstPasswords } = await withExplanation(
    errorContextFor(admin, principal, 'read'),
    async () => {
      const known = await readPrincipal(admin, principal)
      return {
        ...known,
        ...(await readLimitedPolicies(admin, principal)),
        firstPasswords: await findLockedFirstPasswords(admin, known.users),
      }
    },
  )
  const identity = policies.filter(({ isBoundary }) => isBoundary !== true)
  const names = identity.map((policy) => policy.name).join(', ')
  context.info(`Policies in effect for ${kind} ${name}: ${names || 'none'}.`)
  for (const note of notes) context.info(note)
  const tagged = tags === undefined ? users : users.map((user) => ({ ...user, tags }))
  const subjects = subjectsOf(admin, tagged, policies, new Date(context.now()))
  const [first] = subjects
  // A group makes no requests, so the simulator needs the name of a user.
  const simulated = kind === 'user' ? tagKeys(tags) : { 'aws:username': first.user }
  const matrix = createMatrix(policies, first)
  return {
    findings: checkForAll(policies, subjects, { isComplete: true, firstPasswords }),
    hasSeveral: policies.length !== 1,
    matrix,
    simulator: await compareWithSimulator(admin.aws, arn, simulated, matrix),
  }
}

/** With a device, users can sign in with MFA. None where passwords may not be read. */
async function findLockedFirstPasswords(admin: Administrator, users: KnownPrincipal['users']) {
  const names = users.map(({ name }) => name)
  const due = (await findFirstPasswords(admin, names)) ?? []
  return due.length === 0 ? [] : ((await findUsersWithoutDevice(admin, due)) ?? due)
}
