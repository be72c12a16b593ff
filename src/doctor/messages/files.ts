import type { FileFinding } from '../findings.ts'
import { error, warning, type Messages } from './message.ts'

export const FILE_MESSAGES: Messages<FileFinding> = {
  'file-unreadable': ({ message, remedy }) => error(message, remedy),
  'file-damaged': ({ path, line, problem }) =>
    error(
      `${path}:${line}: ${problem}, so AWS tools refuse the file`,
      `edit line ${line} of ${path}`,
    ),
  'file-mode': ({ path, mode }) =>
    warning(
      `${path} holds credentials and is open to other users (mode ${mode.toString(8).padStart(4, '0')})`,
      `chmod 600 ${quoted(path)}`,
    ),
}

/** For a shell, where it needs that. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
