import open from 'open'

/**
 * Opens an address in the person's browser, and does not wait for it. `failed` hears why no browser came
 * of it, where that is known.
 */
export async function openBrowser(url: string, failed: (why: string) => void): Promise<void> {
  try {
    const child = await open(url)
    const ended = (code: number | null): void => {
      if (code !== null && code !== 0) failed(`exit code ${code}`)
    }
    // Some have ended by now, as on Windows.
    ended(child.exitCode)
    child.on('exit', ended).on('error', ({ message }) => failed(message))
  } catch (error) {
    failed((error as Error).message)
  }
}
