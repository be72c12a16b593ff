/** Names of the account in commands and sentences; pure. */
import { sanitize } from '../sanitize.ts'

/**
 * The characters of IAM's names (IAM API reference) that no shell changes; emulators take others. zsh takes a `=` first
 * for the path of a command, and PowerShell a `@` first for a variable and a comma for a list.
 */
const NAME = /^[\w+.][\w+=.@-]{0,127}$/

/** `NAME` where the command is for several, or the name is none of IAM's. */
export function nameInCommand(names: readonly string[]): string {
  const [name = '', ...others] = names
  return others.length === 0 && NAME.test(name) ? name : 'NAME'
}

/** IAM's names have up to 64 characters, those of policies 128; emulators take others. */
const LONGEST_NAME = 64

export function shorten(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name
}

/** For the middle of a line. */
export function nameInSentence(name: string): string {
  return sanitize(shorten(name))
}
