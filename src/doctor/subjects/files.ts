import { quotePosixIfNeeded } from '../../shell/quote.ts'
import { SESSION_KEYS } from '../../profile/session-keys.ts'
import type { Facts, FileMode } from '../facts.ts'
import type { DoctorFinding } from '../findings.ts'
import { type CheckResult, type Messages } from './subject.ts'

const KINDS = ['config', 'credentials'] as const
const SECRETS: ReadonlySet<string> = new Set(SESSION_KEYS)
/** Read or write for group or others. */
const OPEN_TO_OTHERS = 0o066

export function checkFiles({ unreadable, files, paths }: Facts): DoctorFinding[] {
  return [
    ...unreadable.map((problem) => ({ code: 'file-unreadable' as const, ...problem })),
    ...KINDS.flatMap((kind) =>
      files[kind].problems.map(({ line, message: problem }) => ({
        code: 'file-damaged' as const,
        path: paths[kind],
        line,
        problem,
      })),
    ),
  ]
}

export function checkFileModes({ modes, files, platform }: Facts): CheckResult {
  if (platform === 'win32') return { reason: 'Windows has no permission bits' }
  const isSecret = ({ kind }: FileMode): boolean => kind !== 'config' || holdsKeys(files.config)
  return modes
    .filter((file) => isSecret(file) && (file.mode & OPEN_TO_OTHERS) !== 0)
    .map(({ path, mode }) => ({ code: 'file-mode', path, mode }))
}

function holdsKeys({ sections }: Facts['files']['config']): boolean {
  return sections.some(({ entries }) => entries.some(({ key }) => SECRETS.has(key)))
}

export const FILE_MESSAGES = {
  'file-unreadable': ({ message, remedy }) => [message, remedy],
  'file-damaged': ({ path, line, problem }) => [
    `${path}:${line}: ${problem}, so AWS tools refuse the file`,
    `edit line ${line} of ${path}`,
  ],
  'file-mode': ({ path, mode }) => [
    `${path} holds credentials and is open to other users (mode ${mode.toString(8).padStart(4, '0')})`,
    `chmod 600 ${quotePosixIfNeeded(path)}`,
    'warning',
  ],
} satisfies Partial<Messages>
