/** Names of the account in sentences; pure. */
import { sanitize } from '../sanitize.ts'

/** IAM's names have up to 64 characters, those of policies 128; emulators take others. */
const LONGEST_NAME = 64

export function shorten(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name
}

/** For the middle of a line. */
export function nameInSentence(name: string): string {
  return sanitize(shorten(name))
}
