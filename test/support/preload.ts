/** The variable that makes Node load a script first. Backslashes and blanks in it need double quotes. */
export function preload(script: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--require ${JSON.stringify(script)}` }
}

/** Makes Node load a script too. */
export function addPreload(env: Record<string, string>, script: string): void {
  const { NODE_OPTIONS: added } = preload(script)
  const { NODE_OPTIONS = '' } = env
  if (!NODE_OPTIONS.includes(added)) env.NODE_OPTIONS = `${NODE_OPTIONS} ${added}`.trim()
}
