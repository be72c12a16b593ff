/** Texts that stand for all texts, as far as some patterns can tell them apart. */
import type { PatternPart } from './pattern.ts'

export interface Pattern {
  readonly parts: readonly PatternPart[]
  readonly ignoreCase: boolean
}

/** What a pattern expects at a position, and the next position; `group` has the pattern. */
type Element = { readonly group: number } & (
  | { readonly chars: string }
  | { readonly repeats: boolean; readonly crossesColons: boolean }
  | { readonly ends: true }
)

const MAX_STEPS = 20_000

/**
 * One text for each set of groups that some text matches, and that text matches no other group. A
 * text matches a group if it matches any of its patterns. The patterns are followed side by side,
 * character by character. Undefined if that takes too many steps.
 */
export function findWitnesses(groups: readonly (readonly Pattern[])[]): string[] | undefined {
  const patterns = groups.flatMap((group, index) => group.map((each) => toElements(each, index)))
  const elements = patterns.flat()
  const starts = patterns.map((_, index) => patterns.slice(0, index).flat().length)
  const other = findOther(elements)
  const start = { text: '', state: settle(elements, starts) }
  const seen = new Set<string>()
  const witnesses = new Map<string, string>()
  const queue = [start]
  let steps = 0
  for (const { text, state } of queue) {
    if (text !== '') addWitness(witnesses, text, elements, state)
    if (witnesses.size === 2 ** groups.length) break
    for (const char of nextChars(elements, state, other)) {
      if (++steps > MAX_STEPS) return undefined
      const next = settle(elements, step(elements, state, char))
      const key = next.join()
      if (seen.has(key)) continue
      seen.add(key)
      queue.push({ text: text + char, state: next })
    }
  }
  // Only a pattern that asks for the empty text needs it.
  addWitness(witnesses, '', elements, start.state)
  return [...witnesses.values()]
}

function addWitness(
  witnesses: Map<string, string>,
  text: string,
  elements: readonly Element[],
  state: readonly number[],
): void {
  const matched = state.flatMap((position) => {
    const element = elements[position]
    return element !== undefined && 'ends' in element ? [element.group] : []
  })
  const key = [...new Set(matched)].join()
  if (!witnesses.has(key)) witnesses.set(key, text)
}

function toElements({ parts, ignoreCase }: Pattern, group: number): Element[] {
  const all = parts.flatMap((part): Element[] => {
    if ('wildcard' in part) {
      return [{ group, repeats: part.wildcard === '*', crossesColons: part.crossesColons }]
    }
    return part.text.split('').map((char) => ({
      group,
      chars: ignoreCase ? char.toLowerCase() + char.toUpperCase() : char,
    }))
  })
  return [...all, { group, ends: true }]
}

/** A character that no pattern names. */
function findOther(elements: readonly Element[]): string {
  const named = elements.map((element) => ('chars' in element ? element.chars : '')).join('')
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index))
  return ['x', ...letters, '\u00e9', '\u4e00'].find((each) => !named.includes(each)) ?? '\ue000'
}

/** The characters that a pattern names at its position; all others lead where `other` leads, but a colon. */
function nextChars(elements: readonly Element[], state: readonly number[], other: string) {
  const named = state.flatMap((position) => {
    const element = elements[position]
    return element !== undefined && 'chars' in element ? element.chars.split('') : []
  })
  return new Set([other, ':', ...named])
}

function step(elements: readonly Element[], state: readonly number[], char: string): number[] {
  return state.flatMap((position) => {
    const element = elements[position]
    if (element === undefined || 'ends' in element) return []
    if ('chars' in element) return element.chars.includes(char) ? [position + 1] : []
    if (char === ':' && !element.crossesColons) return []
    return [element.repeats ? position : position + 1]
  })
}

/**
 * Adds the positions after stars. Of a group that matches whatever follows, only that remains: a star
 * at the end of a pattern matches colons, too.
 */
function settle(elements: readonly Element[], positions: readonly number[]): number[] {
  const all = new Set(positions)
  for (const position of all) if (isStar(elements[position])) all.add(position + 1)
  const settled = new Map<number, number>()
  for (const position of all) {
    const element = elements[position]
    const next = elements[position + 1]
    if (element !== undefined && next !== undefined && 'ends' in next && isStar(element)) {
      settled.set(element.group, position)
    }
  }
  return [...all]
    .filter((position) => {
      const kept = settled.get(elements[position]?.group ?? -1)
      return kept === undefined || position === kept || position === kept + 1
    })
    .sort((a, b) => a - b)
}

function isStar(element: Element | undefined): boolean {
  return element !== undefined && 'repeats' in element && element.repeats
}
