/** Text in lines of a terminal; pure. */

/** A line broken at blanks; what follows keeps its indent. A longer word stays whole, so that it can be copied. */
export function wrap(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const last = rest.lastIndexOf(' ', width)
    const at = last > indent.length ? last : rest.indexOf(' ', Math.max(width, indent.length))
    if (at === -1) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = indent + rest.slice(at).trimStart()
  }
  return [...lines, rest]
}

/** The same for several lines. */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrap(line, width))
    .join('\n')
}
