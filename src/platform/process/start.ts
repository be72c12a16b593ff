/** Starts every program that is named by a person, a setting or this program itself. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { basename } from 'node:path'
import { Failure } from '../../failure.ts'
import { batchArguments } from './batch-command.ts'
import { commandProcessor, findProgram } from './find-program.ts'

type Options = SpawnOptions & { readonly env: Readonly<Record<string, string | undefined>> }

/**
 * Windows itself starts `.exe` and `.com` only: everything else goes through cmd. Throws the system's error, or a
 * Failure for arguments that cmd cannot pass on.
 */
export function start(program: string, args: readonly string[], options: Options): ChildProcess {
  if (process.platform !== 'win32' || options.shell === true) return spawn(program, args, options)
  const path = findProgram(program, options.env)
  if (path === undefined) throw Object.assign(new Error(`no ${program}`), { code: 'ENOENT' })
  const ending = /\.\w+$/.exec(path)?.[0].toLowerCase()
  if (ending === undefined || ['.exe', '.com'].includes(ending)) return spawn(path, args, options)
  if (args.some((each) => /[\r\n]/.test(each))) {
    throw new Failure(
      'notExecutable',
      `The command ${basename(path)} cannot be started: cmd passes no line break to it.`,
      'pass the text in a file',
    )
  }
  return spawn(commandProcessor(options.env), [batchArguments(path, args)], {
    ...options,
    windowsVerbatimArguments: true,
  })
}
