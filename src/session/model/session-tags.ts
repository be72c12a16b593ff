/** `session_tags` and `transitive_session_tags`, as aws-vault writes them. Pure. */
import type { Tag } from '../../aws/api.ts'

/** STS API reference, Tag and AssumeRole. */
const KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const MOST = 50

/** The tags in `team=core, cost=7`. */
export function parseTags(text: string): Tag[] {
  return parseTagKeys(text).map((pair) => {
    const [key = '', ...rest] = pair.split('=')
    return { key: key.trim(), value: rest.join('=').trim() }
  })
}

/** The keys in `team, cost`. */
export function parseTagKeys(text: string): string[] {
  return text.split(',').map((each) => each.trim())
}

/** Whether STS takes them; each is `KEY=VALUE`. */
export function areTags(text: string): boolean {
  const tags = parseTags(text)
  const isEach = parseTagKeys(text).every((pair) => pair.includes('='))
  const isValid = tags.every(({ key, value }) => KEY.test(key) && VALUE.test(value))
  return isEach && isValid && areDistinct(tags.map(({ key }) => key))
}

export function areTagKeys(text: string): boolean {
  const keys = parseTagKeys(text)
  return keys.every((key) => KEY.test(key)) && areDistinct(keys)
}

/** STS compares keys without regard to case. */
function areDistinct(keys: readonly string[]): boolean {
  return keys.length <= MOST && new Set(keys.map((key) => key.toLowerCase())).size === keys.length
}
