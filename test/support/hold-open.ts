/** On Windows: a program that has a file open, so that nobody can replace it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** libuv's UV_FS_O_EXLOCK: Windows lets nobody else open the file (FILE_SHARE_NONE). */
const EXCLUSIVE = 0x1000_0000

interface Holding {
  readonly ms: number
  /** Whether nobody can read it meanwhile. */
  readonly isExclusive: boolean
}

/** Returns once the file is open. Node shares its files for deletion, and the stdin that cmd opens is not shared so. */
export async function holdOpen(path: string, { ms, isExclusive }: Holding): Promise<void> {
  const open = isExclusive ? `fs.openSync(process.env.HELD, ${EXCLUSIVE});` : ''
  const script = `${open} console.log(process.pid); setTimeout(() => process.exit(), ${ms})`
  const redirection = isExclusive ? '' : ' < "%HELD%"'
  const line = `""${process.execPath}" -e "${script}"${redirection}"`
  const child = spawn('cmd', ['/d', '/s', '/c', line], {
    env: { ...process.env, HELD: path },
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsVerbatimArguments: true,
  })
  const [pid] = (await once(child.stdout, 'data')) as [Buffer]
  const closed = once(child, 'close')
  onTestFinished(async () => {
    // Not cmd, which the program would outlive.
    if (child.exitCode === null) process.kill(Number(pid.toString()))
    await closed
  })
}
