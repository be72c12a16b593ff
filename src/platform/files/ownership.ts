/** Whom new files belong to, and how a file that replaces another keeps its owner and permissions. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '../../failure.ts'
import { homeFolder } from '../home.ts'
import { codeOf } from './system-errors.ts'

const isRoot = (): boolean => process.geteuid?.() === 0

/** Writable by all, and each may remove only what is theirs. */
const SHARED = 0o1002

/**
 * Gives the open `file` that root has created at `path` to the owner of its folder: in the home of another user
 * (`sudo -E`, containers) that user could not open it otherwise. A shared folder such as /tmp says nothing about the
 * user, so the home does. Not by its path, where that user may have put a link to a file of root by now.
 */
export function giveToOwner(path: string, file: number): void {
  if (!isRoot()) return
  const folder = statSync(dirname(path))
  const { uid, gid } = (folder.mode & SHARED) === SHARED ? statSync(homeFolder()) : folder
  if (uid !== 0) fchownSync(file, uid, gid)
}

/** The same for a new folder. */
export function giveFolderToOwner(path: string): void {
  if (!isRoot()) return
  const { O_DIRECTORY, O_NOFOLLOW } = constants
  const folder = openSync(path, O_DIRECTORY | O_NOFOLLOW)
  try {
    giveToOwner(path, folder)
  } finally {
    closeSync(folder)
  }
}

/** Creates a file (0600) of the owner of its folder. Throws the system's error if there is one. */
export function createFile(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    giveToOwner(path, file)
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}

/** Whether root must not follow a path: in a shared folder it may be a trap of another user. */
export function isOfOthers({ uid }: Stats, directory: string): boolean {
  return isRoot() && uid !== 0 && uid !== statSync(directory).uid
}

/** Creates a directory and its parents (0700). */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const created: string[] = []
  for (let folder = resolve(path); folder.length >= resolve(first).length; folder = dirname(folder))
    created.unshift(folder)
  for (const folder of created) {
    giveFolderToOwner(folder)
    syncFolder(dirname(folder))
  }
}

/** Codes of file systems that cannot sync a folder, and of folders that may be written but not read. */
const CANNOT_SYNC = ['EINVAL', 'EBADF', 'EACCES', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** Makes new names in a folder outlast a power failure. Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  try {
    const opened = openSync(folder, 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  } catch (error) {
    if (!CANNOT_SYNC.includes(codeOf(error))) throw error
  }
}

/**
 * Throws a Failure if others may put files into a directory: it belongs to another user, or they may write to it.
 * Root may use what belongs to the owner of the home.
 */
export function checkPrivate(directory: string): void {
  const stats = statSync(directory, { throwIfNoEntry: false })
  const me = process.geteuid?.()
  // Windows has neither.
  if (stats === undefined || me === undefined) return
  if (stats.uid !== me && !(isRoot() && stats.uid === statSync(homeFolder()).uid)) {
    throw new Failure(
      'files',
      `The folder ${directory} is not used: it belongs to another user (${stats.uid}).`,
      `sudo chown ${me} "${directory}", if it should be yours`,
    )
  }
  if ((stats.mode & 0o022) === 0) return
  throw new Failure(
    'files',
    `The folder ${directory} is not used: other users can write to it.`,
    `chmod go-w "${directory}"`,
  )
}

/**
 * Gives the open, empty file `temporary` the owner, group, permissions and access control list of the file that it is
 * to replace. Throws a Failure if it cannot, or cannot tell: the `cp` and `ls` of busybox know no lists.
 *
 * Node knows no access control lists. `cp` copies them, but takes longer than the whole edit, so it runs only where a
 * list can grant anything: the group bits of a file with a list are the mask of every entry but those of the owner and
 * of others (acl(5)). So a file of mode 0600 gives nobody access, whatever its list or the default list of its
 * folder says. On macOS the mode says nothing about a list.
 */
export function keepAttributes(target: string, temporary: string, file: number): void {
  const [old, created] = [statSync(target), fstatSync(file)]
  if (old.uid !== created.uid || old.gid !== created.gid) {
    try {
      fchownSync(file, old.uid, old.gid)
    } catch (cause) {
      throw refusal(target, 'owner or group', `sudo chown "$(id -u):$(id -g)" "${target}"`, cause)
    }
  }
  if (mayHaveList(old)) {
    if (!copyAttributes(target, temporary) && mayWiden(old) && !hasNoList(target)) {
      const what = 'access control list, if it has one, as no cp here can copy it'
      throw refusal(target, what, `the cp of GNU coreutils, or chmod g= "${target}"`)
    }
    // Some copy the text too.
    ftruncateSync(file)
  }
  fchmodSync(file, old.mode & 0o7777)
}

function mayHaveList({ mode }: Stats): boolean {
  if (process.platform === 'win32') return false
  return process.platform === 'darwin' || (mode & 0o070) !== 0
}

/** Whether the group may do what others may not. */
function mayWiden({ mode }: Stats): boolean {
  return ((mode >> 3) & ~mode & 0o7) !== 0
}

/** Extended attributes too. Returns false where this system's `cp` cannot. */
function copyAttributes(target: string, temporary: string): boolean {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const options = process.platform === 'linux' ? ['--attributes-only', '--preserve=all'] : ['-p']
  const { status } = spawnSync('cp', [...options, '--', target, temporary], { stdio: 'ignore' })
  return status === 0
}

/** Asks the `getfacl` of Linux, which prints nothing for such a file; false if there is none. */
function hasNoList(target: string): boolean {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, stdout } = spawnSync('getfacl', ['--skip-base', '-p', '--', target])
  return status === 0 && stdout.length === 0
}

function refusal(target: string, what: string, hint: string, cause?: unknown): Failure {
  const message = `${target} was left as it is: a new file could not keep its ${what}.`
  return new Failure('files', message, hint, { cause })
}
