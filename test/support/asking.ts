/** Scripts in place of programs that ask for a code, in the first folder of PATH. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Sandbox } from './sandbox.ts'

/** Writes a script that records its arguments and then runs `body`. */
export function program(box: Sandbox, name: string, body = ANSWER): void {
  mkdirSync(`${box.home}/bin`, { recursive: true })
  const log = `printf '<%s>' "$@" >> "$HOME/${name}.log"; echo >> "$HOME/${name}.log"`
  writeFileSync(`${box.home}/bin/${name}`, `#!/bin/sh\n${log}\n${body}\n`)
  chmodSync(`${box.home}/bin/${name}`, 0o755)
  box.env.PATH = `${box.home}/bin:${box.env.PATH?.replace(`${box.home}/bin:`, '') ?? ''}`
}

/** Prints the first line of the file `answers` and removes it. */
export const ANSWER = 'head -n 1 "$HOME/answers"; sed -i 1d "$HOME/answers"'

export function answers(box: Sandbox, ...codes: string[]): void {
  writeFileSync(`${box.home}/answers`, codes.map((code) => `${code}\n`).join(''))
}

/** The arguments of each run of a script. */
export function runsOf(box: Sandbox, name: string): string[] {
  const log = `${box.home}/${name}.log`
  // An argument may have several lines.
  return existsSync(log) ? readFileSync(log, 'utf8').split('>\n').slice(0, -1) : []
}
