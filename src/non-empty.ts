/** Variables and settings of the AWS tools that are empty or blank count as unset. */
export function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The environment as all of mfa-login reads it: without blanks and line ends around a value, as a .env file of
 * Windows leaves them, and without variables that are empty. Other programs inherit the original.
 */
export function readableEnvironment(env: Env): Env {
  const get = (_: Env, name: string | symbol): string | undefined =>
    typeof name === 'string' ? nonEmpty(env[name]) : undefined
  const has = (_: Env, name: string | symbol): boolean => get(_, name) !== undefined
  // Not a copy: on Windows names of variables have no case.
  return new Proxy(env, { get, has })
}
