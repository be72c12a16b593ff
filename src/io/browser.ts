import open from 'open'

/** Opens an address in the person's browser, and does not wait for it. */
export async function openBrowser(url: string): Promise<void> {
  const child = await open(url)
  // One that fails is noticed by who waits for the browser to come.
  child.on('error', () => undefined)
}
