/** What the system says about processes: /proc (proc(5)), else ps. Nothing on Windows, which has neither. */
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessState {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** The process group that may use its terminal; not above zero where it has none. */
  readonly foregroundGroup: number
  readonly isStopped: boolean
  /** The name of its terminal without /dev/. */
  readonly terminal: string
}

/** Undefined if there is no such process, or the system does not say. */
function readState(pid: number | 'self'): ProcessState | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in parentheses, may contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state = '', parent, group, , terminal, foregroundGroup] = fields
    const name = terminalName(Number(terminal))
    return toState([String(Number.parseInt(text, 10)), parent, group, foregroundGroup, state, name])
  } catch {
    return fromPs('-p', String(pid === 'self' ? process.pid : pid))[0]
  }
}

/** FreeBSD, ps(1), and macOS. */
function fromPs(...selection: string[]): ProcessState[] {
  if (process.platform === 'win32' || process.platform === 'linux') return []
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  try {
    const columns = ['-o', 'pid=,ppid=,pgid=,tpgid=,state=,tty=', ...selection]
    const lines = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => toState(line.trim().split(/\s+/)))
  } catch {
    return []
  }
}

function toState(fields: readonly (string | undefined)[]): ProcessState {
  const [pid = 0, parent = 0, group = 0, foregroundGroup = 0] = fields.map(Number)
  const [state = '', terminal = ''] = fields.slice(4)
  return { pid, parent, group, foregroundGroup, isStopped: /^t/i.test(state), terminal }
}

/** From the number of a device (Linux, Documentation/admin-guide/devices.txt). */
function terminalName(device: number): string {
  const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)]
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`
  return major === 4 && minor < 64 ? `tty${minor}` : 'a terminal'
}

/**
 * Whose the terminal of this process is; undefined if it has none. What touches the terminal of another
 * process group is stopped, and the keys go to that group (POSIX, General Terminal Interface, 11.1.4).
 */
export function terminalOwner(): 'this-group' | 'another-group' | undefined {
  const { group = 0, foregroundGroup = 0 } = readState('self') ?? {}
  if (foregroundGroup <= 0) return undefined
  return foregroundGroup === group ? 'this-group' : 'another-group'
}

/** Set by `exec --server` for a process that renews a session while its command may be reading the terminal. */
export const RENEWAL = 'MFA_LOGIN_RENEWAL'

export function isRenewal(): boolean {
  return Boolean(process.env[RENEWAL])
}

/** Whether others are using the terminal. */
export function isTerminalTaken(): boolean {
  return isRenewal() || terminalOwner() === 'another-group'
}

/** The name of the terminal of this process, such as `pts/3`. */
export function ownTerminalName(): string {
  return readState('self')?.terminal ?? 'a terminal'
}

/** Whether a process is stopped, as by SIGSTOP, or because it used the terminal in the background. */
export function isStopped(pid: number): boolean {
  return readState(pid)?.isStopped ?? false
}

/** Whether a signal to the process group of this process reaches another process too. */
export function isInThisGroup(pid: number): boolean {
  return readState(pid)?.group === readState('self')?.group
}

/** A process and all that descend from it. */
export function withDescendants(root: number): number[] {
  const all = allStates()
  const found = [root]
  // The array grows while it is read.
  for (const pid of found) {
    found.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid))
  }
  return found
}

function allStates(): ProcessState[] {
  if (process.platform !== 'linux') return fromPs('-A')
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => readState(Number(pid)) ?? [])
}
