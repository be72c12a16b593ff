/** What a process says while it waits for another one that gets the same session. Pure. */

/** `asks` is where the other process asks, such as `on pts/3`. */
export function describeWait(holder: {
  readonly pid: number
  readonly asks: string | undefined
}): string {
  const name = `mfa-login${Number.isNaN(holder.pid) ? '' : ` (PID ${holder.pid})`}`
  return holder.asks === undefined
    ? `Waiting for ${name}, which is getting the session.`
    : `Waiting for the MFA code that ${name} asks for ${holder.asks}.`
}
