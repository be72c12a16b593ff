import { writeFileSync } from 'node:fs'
import type { Sandbox } from './sandbox.ts'

/** A command line for `mfa_process`, which the shell of the system runs, that prints a file. */
export function printing(path: string): string {
  return process.platform === 'win32' ? `type "${path.replaceAll('/', '\\')}"` : `cat ${path}`
}

/** The same for the file `code` of the home, once it is there. */
export function printingOnce({ home }: Sandbox): string {
  writeFileSync(
    `${home}/once.mjs`,
    `import { existsSync, readFileSync } from 'node:fs'
const path = ${JSON.stringify(`${home}/code`)}
while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50))
console.log(readFileSync(path, 'utf8'))
`,
  )
  return `"${process.execPath}" "${home}/once.mjs"`
}

/**
 * An `mfa_process` line. Its program prints an unused code each time: of the previous, the current and the next step,
 * which AWS accepts. After that it waits for the next step. `codes.given` lists the steps of its codes.
 */
export function freshCodes(box: Sandbox): string {
  const otpauth = new URL('../../node_modules/otpauth/dist/otpauth.node.mjs', import.meta.url)
  const program = `${box.home}/codes.mjs`
  writeFileSync(
    program,
    `import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { TOTP } from ${JSON.stringify(otpauth.href)}
const note = ${JSON.stringify(`${box.home}/codes.given`)}
const given = existsSync(note) ? readFileSync(note, 'utf8').trim().split('\\n').map(Number) : []
const now = () => Math.floor(Date.now() / 30_000)
const step = Math.max(now() - 1, ...given.map((each) => each + 1))
while (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, 200))
writeFileSync(note, [...given, step].join('\\n') + '\\n')
console.log(new TOTP({ secret: ${JSON.stringify(box.device.seed)} }).generate({ timestamp: step * 30_000 }))
`,
  )
  return `mfa_process = "${process.execPath}" "${program}"\n`
}
