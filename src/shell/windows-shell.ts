/** Which shell a person types in on Windows; pure. */

/** The shells by the program that starts this one, as it is named without `.exe`. */
const SHELLS = {
  powershell: 'powershell',
  powershell_ise: 'powershell',
  pwsh: 'powershell',
  bash: 'bash',
  sh: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  wsl: 'bash',
  wslhost: 'bash',
} as const

export interface WindowsSystem {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file name of the program that started this one. */
  readonly parentProgram?: string | undefined
}

type WindowsShell = (typeof SHELLS)[keyof typeof SHELLS] | 'cmd'

/** The shell that started this program, by its name; undefined for another program, and for cmd. */
export function shellOfParent(parentProgram = ''): WindowsShell | undefined {
  const name = withoutExe(parentProgram)
  return Object.hasOwn(SHELLS, name) ? SHELLS[name as keyof typeof SHELLS] : undefined
}

/**
 * The program that started this one says it, unless that is cmd, which runs `mfa-login.cmd` for other shells too, or
 * another program, such as `npm`. Then the variables say it that only some shells set.
 */
export function windowsShell({ env, parentProgram = '' }: WindowsSystem): WindowsShell {
  const ofParent = shellOfParent(parentProgram)
  if (ofParent !== undefined) return ofParent
  // Git Bash, MSYS2 and Cygwin's relatives; they hand on SHELL as a path of Windows.
  if (env.MSYSTEM !== undefined)
    return shellOfParent(/[^\\/]*$/.exec(env.SHELL ?? '')?.[0]) ?? 'bash'
  if (env.WSL_DISTRO_NAME !== undefined) return 'bash'
  if (isInPowerShell(env)) return 'powershell'
  // cmd sets PROMPT where it is not set.
  return withoutExe(parentProgram) === 'cmd' || env.PROMPT !== undefined ? 'cmd' : 'powershell'
}

/** PowerShell 5 and 7 add the person's own folder to the variable, which all programs have (about_PSModulePath). */
function isInPowerShell({ PSModulePath = '' }: WindowsSystem['env']): boolean {
  return PSModulePath.split(';').some(
    (folder) =>
      /\\(Windows)?PowerShell\\Modules\\?$/i.test(folder) && !/^\w:\\Program Files/i.test(folder),
  )
}

function withoutExe(program: string): string {
  return program.toLowerCase().replace(/\.exe$/, '')
}
