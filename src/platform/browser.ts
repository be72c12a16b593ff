import open from 'open'

/** Opens a URL in the person's browser without waiting for it; `onFailure` gets the reason if that fails. */
export async function openBrowser(url: string, onFailure: (reason: string) => void): Promise<void> {
  try {
    const child = await open(url)
    const checkExit = (code: number | null): void => {
      if (code !== null && code !== 0) onFailure(`exit code ${code}`)
    }
    // On Windows the helper process has ended by now.
    checkExit(child.exitCode)
    child.on('exit', checkExit).on('error', ({ message }) => onFailure(message))
  } catch (error) {
    onFailure((error as Error).message)
  }
}
