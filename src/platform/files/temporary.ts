/** Names of temporary files: nobody can guess one and put a link there, and it says whose file it is. */
import { crypto } from '../../crypto.ts'
import { isRunning, machineName } from './lock-holder.ts'

export function temporaryFor(target: string): string {
  const random = crypto().randomBytes(8).toString('hex')
  return `${target}.mfa-login-${process.pid}-${machineTag()}${random}`
}

/** Distinguishes machines, and containers with their own process IDs, that share a folder. */
function machineTag(): string {
  return crypto().createHash('sha256').update(machineName()).digest('hex').slice(0, 8)
}

/** Temporary files, of version 0.1 too, and the folders of locks that were not taken. */
const LEFTOVER =
  /\.mfa-login-(?:lock\.\d+-[\da-f]{12}|(?<pid>\d+)-(?:(?<machine>[\da-f]{8})[\da-f]{16}|[\da-f]{8}))$/

/** What the name of a temporary file or folder says; undefined for any other name. */
export function parseTemporary(name: string): { readonly isOfDeadProcess: boolean } | undefined {
  const { groups } = LEFTOVER.exec(name) ?? {}
  return groups && { isOfDeadProcess: isOfDeadProcess(groups) }
}

/** Version 0.1 did not name the machine. */
function isOfDeadProcess({ pid, machine }: Partial<Record<string, string>>): boolean {
  if (pid === undefined || isRunning(Number(pid))) return false
  return machine === undefined || machine === machineTag()
}
