import { isOurProcess, splitCommandLine } from '../profile/process-line.ts'

/** The programs a credential_process line of ours starts: node and the script, or mfa-login. */
export function programsIn(line: string): string[] {
  if (!isOurProcess(line)) return []
  const words = splitCommandLine(line)
  return words.slice(0, words.indexOf('credential-process'))
}

/** One that is looked for in PATH. */
export function isBareName(program: string): boolean {
  return !/[/\\]/.test(program)
}
