/** Stand-ins for programs that ask for a code, in the first folder of PATH. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import type { Sandbox } from './sandbox.ts'

/** What a stand-in does: for /bin/sh, and for Node where it also runs on Windows. There, `$HOME` is `home`. */
export interface Body {
  readonly sh: string
  readonly js: string
}

/** A dialog of the system. PowerShell gets its question in a variable; the log of its stand-in has it too. */
export const DIALOG = process.platform === 'win32' ? 'powershell' : 'kdialog'

/** What the stand-in for a dialog needs. */
export const X11 = { DISPLAY: ':99' }

/** Writes the process ID to the file `pid`, and does not end by itself. */
export const ENDLESS: Body = {
  sh: 'echo $$ > "$HOME/pid"; exec sleep 60',
  js: "fs.writeFileSync(home + '/pid', String(process.pid))\nsetTimeout(() => undefined, 60_000)",
}

/** Prints the first line of the file `answers` and removes it. */
export const ANSWER: Body & { toString: () => string } = {
  sh: 'head -n 1 "$HOME/answers"; sed -i 1d "$HOME/answers"',
  js: `const [line, ...more] = fs.readFileSync(home + '/answers', 'utf8').split('\\n')
fs.writeFileSync(home + '/answers', more.join('\\n'))
console.log(line)`,
  toString: () => ANSWER.sh,
}

/** Writes a program that records its arguments and then runs `body`. */
export function program(box: Sandbox, name: string, body: string | Body = ANSWER): void {
  mkdirSync(`${box.home}/bin`, { recursive: true })
  if (process.platform === 'win32') writeForWindows(box, name, body)
  else writeScript(box, name, typeof body === 'string' ? body : body.sh)
  const folder = `${box.home}/bin${delimiter}`
  box.env.PATH = `${folder}${box.env.PATH?.replace(folder, '') ?? ''}`
}

function writeScript(box: Sandbox, name: string, body: string): void {
  const log = `printf '<%s>' "$@" >> "$HOME/${name}.log"; echo >> "$HOME/${name}.log"`
  writeFileSync(`${box.home}/bin/${name}`, `#!/bin/sh\n${log}\n${body}\n`)
  chmodSync(`${box.home}/bin/${name}`, 0o755)
}

function writeForWindows(box: Sandbox, name: string, body: string | Body): void {
  if (typeof body === 'string') throw new Error(`${name} has nothing to do on Windows`)
  const script = `${box.home}/bin/${name}.cjs`
  const log = `fs.appendFileSync(home + '/${name}.log', [...process.argv.slice(2), process.env.MFA_LOGIN_QUESTION ?? ''].map((each) => '<' + each + '>').join('') + '\\n')`
  // What src/mfa/prompts/powershell.ts prints before an answer.
  const before = name === DIALOG ? "process.stdout.write('answer:')\n" : ''
  writeFileSync(
    script,
    `const fs = require('node:fs')\nconst home = ${JSON.stringify(box.home)}\n${log}\n${before}${body.js}\n`,
  )
  writeFileSync(`${box.home}/bin/${name}.cmd`, `@"${process.execPath}" "%~dp0${name}.cjs" %*\r\n`)
}

export function answers(box: Sandbox, ...codes: string[]): void {
  writeFileSync(`${box.home}/answers`, codes.map((code) => `${code}\n`).join(''))
}

/** The arguments of each run of a program. */
export function runsOf(box: Sandbox, name: string): string[] {
  const log = `${box.home}/${name}.log`
  // An argument may have several lines.
  return existsSync(log) ? readFileSync(log, 'utf8').split('>\n').slice(0, -1) : []
}
