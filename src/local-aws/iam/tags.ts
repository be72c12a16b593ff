import type { User } from '../account/model.ts'
import { listParam, tagsIn } from '../protocol/query-protocol.ts'
import { limitExceeded, validationError } from '../protocol/service-error.ts'
import type { Operations, Params } from '../protocol/service.ts'
import { namedUser, namedUserArn } from './entities.ts'
import { listPage } from './pages.ts'

/** IAM quota "Tags that can be attached to an IAM user". */
const MAX_TAGS = 50
/** IAM API reference, Tag. */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

export const tagOperations: Operations = {
  TagUser: {
    resource: namedUserArn,
    requires: ['UserName'],
    run(call) {
      const user = namedUser(call)
      user.tags = withTags(user.tags, requestedTags(call.params))
    },
  },
  /** Keys that the user does not have are ignored. */
  UntagUser: {
    resource: namedUserArn,
    requires: ['UserName', 'TagKeys'],
    run(call) {
      const user = namedUser(call)
      const removed = listParam(call.params, 'TagKeys').map((key) => key.toLowerCase())
      const kept = Object.entries(user.tags).filter(([key]) => !removed.includes(key.toLowerCase()))
      user.tags = Object.fromEntries(kept)
    },
  },
  ListUserTags: {
    resource: namedUserArn,
    requires: ['UserName'],
    run: (call) => listPage(call, 'Tags', describeTags(namedUser(call)), (tag) => tag),
  },
}

/** The tags of a request. Throws AWS's ValidationError. */
export function requestedTags(params: Params): Record<string, string> {
  const tags = tagsIn(params)
  for (const [key, value] of Object.entries(tags)) {
    if (KEY.test(key) && VALUE.test(value)) continue
    throw validationError(
      `1 validation error detected: Value '${KEY.test(key) ? value : key}' at 'tags' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*`,
    )
  }
  return tags
}

/** Keys of IAM's tags differ by more than case (IAM User Guide, "Rules for tagging in IAM"). */
export function withTags(
  tags: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const replaced = Object.keys(added).map((key) => key.toLowerCase())
  const kept = Object.entries(tags).filter(([key]) => !replaced.includes(key.toLowerCase()))
  const all = { ...Object.fromEntries(kept), ...added }
  if (Object.keys(all).length > MAX_TAGS) {
    throw limitExceeded(`Cannot exceed quota for TagsPerUser: ${MAX_TAGS}`)
  }
  return all
}

export function describeTags({ tags }: User) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
