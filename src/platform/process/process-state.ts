/** What the system says about processes: /proc (proc(5)), else ps. Empty on Windows, which has neither. */
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessState {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** The process group that may use its terminal; not above zero where it has none. */
  readonly foregroundGroup: number
}

/** Undefined where there is no such process, or the system does not say. */
function readState(pid: number | 'self'): ProcessState | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in parentheses, may contain anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0, group = 0, , , foregroundGroup = 0] = fields
    return { pid: Number.parseInt(text, 10), parent, group, foregroundGroup }
  } catch {
    return fromPs('-p', String(pid === 'self' ? process.pid : pid))[0]
  }
}

/** FreeBSD, ps(1), and macOS; procps has the same names. */
function fromPs(...selection: string[]): ProcessState[] {
  if (process.platform === 'win32' || process.platform === 'linux') return []
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  try {
    const words = ['-o', 'pid=,ppid=,pgid=,tpgid=', ...selection]
    const lines = execFileSync('ps', words, { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => {
      const [pid = 0, parent = 0, group = 0, foregroundGroup = 0] = line
        .trim()
        .split(/\s+/)
        .map(Number)
      return { pid, parent, group, foregroundGroup }
    })
  } catch {
    return []
  }
}

/**
 * Whose the terminal of this process is; undefined where it has none. What touches the terminal of another
 * process group is stopped, and the keys go to that group (POSIX, General Terminal Interface, 11.1.4).
 */
export function terminalOwner(): 'this-group' | 'another-group' | undefined {
  const { group = 0, foregroundGroup = 0 } = readState('self') ?? {}
  if (foregroundGroup <= 0) return undefined
  return foregroundGroup === group ? 'this-group' : 'another-group'
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
