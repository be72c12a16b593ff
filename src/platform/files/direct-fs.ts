/**
 * `node:fs/promises` without its pool of threads, on the way to which each call waits five times as long as
 * it takes; a login makes sixty. Only for what is short on any disk.
 */
import * as fs from 'node:fs'

export function direct<A extends unknown[], R>(
  work: (...args: A) => R,
): (...args: A) => Promise<R> {
  return (...args) => new Promise((resolve) => resolve(work(...args)))
}

export const lstat = direct((path: string) => fs.lstatSync(path))
export const stat = direct((path: string) => fs.statSync(path))
export const readdir = direct((path: string) => fs.readdirSync(path))
export const readlink = direct((path: string) => fs.readlinkSync(path))
export const readFile = direct((path: string) => fs.readFileSync(path))
export const mkdir = direct((path: string, options: fs.MakeDirectoryOptions) => {
  fs.mkdirSync(path, options)
})
export const rename = direct((from: string, to: string) => fs.renameSync(from, to))
export const rm = direct((path: string, options: fs.RmOptions) => fs.rmSync(path, options))
export const rmdir = direct((path: string) => fs.rmdirSync(path))
export const unlink = direct((path: string) => fs.unlinkSync(path))
export const utimes = direct((path: string, atime: Date, mtime: Date) =>
  fs.utimesSync(path, atime, mtime),
)
export const writeFile = direct((path: string, data: string, options: fs.WriteFileOptions) =>
  fs.writeFileSync(path, data, options),
)

export interface OpenFile {
  writeFile(data: string | Uint8Array): Promise<void>
  chmod(mode: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export const open = direct((path: string, flags: string, mode: number): OpenFile => {
  const file = fs.openSync(path, flags, mode)
  return {
    writeFile: direct((data) => fs.writeFileSync(file, data)),
    chmod: direct((bits) => fs.fchmodSync(file, bits)),
    sync: direct(() => fs.fsyncSync(file)),
    close: direct(() => fs.closeSync(file)),
  }
})
