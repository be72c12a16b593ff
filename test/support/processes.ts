import { readdirSync, readFileSync } from 'node:fs'
import type { Sandbox } from './sandbox.ts'

/** Whether a process sent SIGKILL to itself. Windows's TerminateProcess then ends it with exit code 1. */
export function hasKilledItself(code: number | null, signal: string | null): boolean {
  return process.platform === 'win32' ? code === 1 : signal === 'SIGKILL'
}

interface Running {
  readonly pid: number
  readonly command: string
}

/** The processes that run in the home of a sandbox. */
export function processesOf({ home }: Sandbox): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isHere = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`)
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return isHere ? [{ pid: Number(pid), command }] : []
      } catch {
        return []
      }
    })
}

/** Waits until a condition is true, and fails with what the processes are otherwise. */
export async function until(
  box: Sandbox,
  isTrue: () => boolean | Promise<boolean>,
  patience = 20_000,
): Promise<void> {
  for (const end = Date.now() + patience; !(await isTrue());) {
    if (Date.now() > end) throw new Error(JSON.stringify(processesOf(box), undefined, 2))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
