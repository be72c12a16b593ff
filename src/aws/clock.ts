/** How to set the clock of a machine. Pure. */

const COMMANDS: Readonly<Record<string, string>> = {
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
}
const LINUX = 'sudo timedatectl set-ntp true'

export function setClockCommand(platform: string): string {
  return COMMANDS[platform] ?? LINUX
}

/** For a message that does not know the platform. */
export const SET_CLOCK = `set the clock: ${LINUX} (Linux), ${COMMANDS.darwin} (macOS), ${COMMANDS.win32} (Windows)`
