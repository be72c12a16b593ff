/** Parsed text whose objects know their lines. */
const LINE = Symbol('line')

/** A JSON object of a file. It has no prototype, so that `__proto__` is a key like others. */
export type Json = Record<string, unknown>

/** Parsed text; `problem` says what is wrong with it, after `line:column:`. `isSyntax`: it may be of another format. */
export type Parsed =
  { readonly value: unknown } | { readonly problem: string; readonly isSyntax?: boolean }

export function objectAt(line: number): Json {
  return Object.assign(Object.create(null) as Json, { [LINE]: line })
}

/** The line where an object begins in its file, counted from 1. */
export function lineOf(value: unknown): number {
  return isObject(value) ? ((value as { [LINE]?: number })[LINE] ?? 1) : 1
}

/** The object with other values, at the same line. A key is left out where its value is undefined. */
export function mapValues(object: Json, change: (value: unknown, key: string) => unknown): Json {
  const changed = objectAt(lineOf(object))
  for (const [key, value] of Object.entries(object)) {
    const result = change(value, key)
    if (result !== undefined) changed[key] = result
  }
  return changed
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object by its key; an empty one if it is not there. */
export function objectIn(value: unknown, key: string): Json {
  const found = isObject(value) ? value[key] : undefined
  return isObject(found) ? found : objectAt(lineOf(value))
}

/** The objects of a list by its key, or the one that stands in its place. */
export function objectsIn(value: unknown, key: string): Json[] {
  const found = isObject(value) ? value[key] : undefined
  return (Array.isArray(found) ? (found as unknown[]) : [found]).filter(isObject)
}

export function textIn(value: unknown, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined
  return typeof found === 'string' ? found : undefined
}
