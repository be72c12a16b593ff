/** What a process says while it waits for another one that gets the same session. Pure. */

/** `asks` is where the other process asks, such as `on pts/3`; `isStopped` where it gets nothing before SIGCONT. */
export function describeWait(holder: {
  readonly pid: number
  readonly asks: string | undefined
  readonly isStopped?: boolean
}): string {
  const name = `mfa-login${Number.isNaN(holder.pid) ? '' : ` (PID ${holder.pid})`}`
  if (holder.isStopped === true)
    return `Waiting for ${name}, which is stopped while it gets the session. Try: kill -CONT ${holder.pid}`
  return holder.asks === undefined
    ? `Waiting for ${name}, which is getting the session.`
    : `Waiting for the MFA code that ${name} asks for ${holder.asks}.`
}
