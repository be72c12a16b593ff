/** A new X display without a window manager. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)

export class Display {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  /** Waits for a dialog, types a text into it and presses keys. */
  async answer(text: string, ...keys: string[]): Promise<void> {
    const window = await this.dialog()
    const env = { ...process.env, DISPLAY: this.name }
    // No window manager gives the dialog the focus.
    await run('xdotool', ['windowfocus', '--sync', window], { env })
    await run('xdotool', ['type', '--delay', '20', text], { env })
    for (const key of keys) await run('xdotool', ['key', key], { env })
    await this.gone()
  }

  /** Waits for the dialog and returns its window. */
  async dialog(): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const [window] = await this.#windows()
      if (window !== undefined) {
        // The entry of the dialog may not be ready when its window is.
        await pause(400)
        return window
      }
      await pause(50)
    }
    throw new Error('no dialog on the display')
  }

  /** Waits until the dialog is closed. */
  async gone(): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await this.#windows()).length === 0) return
      await pause(50)
    }
    throw new Error('the dialog is still there')
  }

  async #windows(): Promise<string[]> {
    const env = { ...process.env, DISPLAY: this.name }
    try {
      const words = ['search', '--onlyvisible', '--name', '^mfa-login$']
      return (await run('xdotool', words, { env })).stdout.split('\n').filter((id) => id !== '')
    } catch {
      return []
    }
  }
}

export async function startDisplay(): Promise<Display> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '1', '-screen', '0', '800x600x24', '-nolisten', 'tcp', '-noreset'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  onTestFinished(() => void server.kill())
  const [number] = (await once(server.stdout, 'data')) as [Buffer]
  return new Display(`:${String(number).trim()}`)
}
