import type { Context } from './context.ts'

/** The result of a command, for `--json`. */
export function printJson({ print }: Pick<Context, 'print'>, value: unknown): void {
  print(`${JSON.stringify(value, undefined, 2)}\n`)
}
