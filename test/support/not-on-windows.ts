/**
 * Why tests do not run on Windows. `test/not-on-windows.md` lists the marked tests by reason; not-on-windows.test.ts
 * holds it against the marks.
 */
import { beforeEach } from 'vitest'

export const REASONS = {
  'permission bits': 'Windows has no permission bits, owners by number, or umask.',
  'file flushes': 'Windows opens no folder to flush it, so the order of the calls is another one.',
  'POSIX shell':
    'The test is about sh, bash, zsh or fish, or about the launcher, which is a shell script.',
  'POSIX terminal': 'The test needs /dev/tty, job control or a process group.',
  'raw terminal output':
    'A pseudo-console draws its window itself: a terminal gets other codes and lines than the program prints.',
  'own browser': 'On Windows the system opens its browser, and a test cannot name another one.',
  'programs of Linux':
    'The browser of the tests, zenity and kdialog are programs of Linux distributions.',
  'questions in Wine':
    'The pseudo-console of Wine keeps a lone Escape back, and does not always repaint a question that is asked again.',
  'many processes in Wine':
    'Wine takes seconds to start several processes at once, so they come too late to wait, or say what they wait for; of hundreds, it loses the end of one.',
  signals:
    'Windows has no signals: a process is ended, or its console sends Ctrl-C to all of its processes.',
  'processes of Linux':
    'Windows has no /proc, in which the test reads the arguments of all processes.',
  'environment size': 'Wine starts a program with an environment that is too long for Linux.',
  'special files': 'Windows has no named pipes in folders, no /dev/full and no /dev/null.',
  'links under Wine':
    'Wine does not see the symbolic links that it makes, and Windows lets only some users make them.',
  'a keyring that stops':
    'The Credential Manager of Windows is there and unlocked as long as the person is signed in.',
} as const

export type Reason = keyof typeof REASONS

/** A mark for `skipIf`. */
export function notOnWindows(reason: Reason): boolean {
  return process.platform === 'win32' && reason in REASONS
}

/** The mark of a whole file, at its top level. */
export function noneOnWindows(reason: Reason): void {
  beforeEach((context) => context.skip(notOnWindows(reason), REASONS[reason]))
}
