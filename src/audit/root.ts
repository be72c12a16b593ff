/** The root user, to whom no policy applies; pure. */
import type { RootFacts } from './model.ts'
import type { UserVerdict } from './report.ts'
import { toDate } from './times.ts'

export const ROOT = '<root_account>'

/** AWS tells only that there is one. */
const SOME_KEY = { isActive: true, age: null, lastUsed: null, lastService: null }

/** Undefined where too little is known. */
export function judgeRoot(root: RootFacts, arn: string): UserVerdict | undefined {
  const { hasMfa, hasKeys, hasPassword, lastActivity } = root
  if (hasMfa === undefined || hasKeys === undefined) return undefined
  const isLocked = hasPassword === false && !hasKeys
  const isSafe = isLocked || (hasMfa && !hasKeys)
  return {
    user: ROOT,
    arn,
    path: '/',
    groups: [],
    devices: hasMfa ? [null] : [],
    password: null,
    keys: hasKeys ? [SOME_KEY] : [],
    lastActivity: toDate(lastActivity ?? null),
    enforced: isSafe ? 'yes' : 'no',
    by: [],
    open: isSafe
      ? null
      : {
          action: 's3:ListAllMyBuckets',
          resource: '*',
          credentials: hasKeys ? 'bareKey' : 'sessionWithoutMfa',
          by: null,
        },
    dependsOn: [],
    exceptions: [],
    isExcused: false,
    ifEnforced: 'works as before',
    canEnroll: null,
    why: describeRoot(root, isLocked),
  }
}

export const ROOT_KEYS = 'The root user has access keys, which no policy asks MFA of.'
export const NO_ROOT_DEVICE = 'The root user has no device, so its password is enough.'

function describeRoot({ hasMfa, hasKeys }: RootFacts, isLocked: boolean): string {
  if (isLocked) return 'The root user has neither a password nor keys.'
  if (hasKeys) return ROOT_KEYS
  return hasMfa
    ? 'The root user has a device and no access keys; the console asks it for a code.'
    : NO_ROOT_DEVICE
}
