/** Variables and settings of the AWS tools that are empty or blank count as unset. */
export function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** The first of these variables that is set. */
export function firstNonEmpty(
  env: Readonly<Record<string, string | undefined>>,
  ...names: readonly string[]
): string | undefined {
  return names.map((name) => nonEmpty(env[name])).find((value) => value !== undefined)
}
