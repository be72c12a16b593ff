import { execFileSync } from 'node:child_process'

/** What npm prints: the npm that runs this script, or the one in PATH. */
export function npm(...words) {
  const { npm_execpath: script } = process.env
  const [program, first] = script === undefined ? ['npm', []] : [process.execPath, [script]]
  const stdio = ['ignore', 'pipe', 'inherit']
  return execFileSync(program, [...first, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio,
  })
}
