/** Which shell a person types in on Windows, by what is seen of it. */
import { describe, expect, it, test } from 'vitest'
import { encodingFailure } from '../../src/failure.ts'
import { evaluate, fillInShell, shellCommand, usualShell } from '../../src/shell/syntax.ts'

/** What every program of Windows gets. */
const MACHINE =
  'C:\\Program Files\\WindowsPowerShell\\Modules;C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules'
const WINDOWS_POWERSHELL = {
  PSModulePath: `C:\\Users\\me\\Documents\\WindowsPowerShell\\Modules;${MACHINE}`,
}
const POWERSHELL_7 = {
  PSModulePath: `C:\\Users\\me\\OneDrive\\Documents\\PowerShell\\Modules;C:\\Program Files\\PowerShell\\Modules;c:\\program files\\powershell\\7\\Modules;${MACHINE}`,
}
const CMD = { PSModulePath: MACHINE, PROMPT: '$P$G' }
const GIT_BASH = {
  PSModulePath: MACHINE,
  MSYSTEM: 'MINGW64',
  SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe',
}

const ROWS: readonly [string, string | undefined, Record<string, string>, string][] = [
  ['Windows PowerShell', 'powershell.exe', WINDOWS_POWERSHELL, 'powershell'],
  ['PowerShell 7', 'pwsh.exe', POWERSHELL_7, 'powershell'],
  ['PowerShell in cmd', 'PowerShell.exe', { ...WINDOWS_POWERSHELL, PROMPT: '$P$G' }, 'powershell'],
  ['PowerShell in Git Bash', 'pwsh.exe', { ...POWERSHELL_7, ...GIT_BASH }, 'powershell'],
  ['PowerShell through mfa-login.cmd', 'cmd.exe', { ...CMD, ...POWERSHELL_7 }, 'powershell'],
  ['cmd', 'cmd.exe', CMD, 'cmd'],
  ['cmd with nothing else known', 'cmd.exe', {}, 'cmd'],
  ['cmd through npx', 'node.exe', CMD, 'cmd'],
  ['Git Bash', 'bash.exe', GIT_BASH, 'bash'],
  ['Git Bash, whose sh runs the shim', 'sh.exe', GIT_BASH, 'bash'],
  ['Git Bash through mfa-login.cmd', 'cmd.exe', { ...CMD, ...GIT_BASH }, 'bash'],
  ['Git Bash in PowerShell', 'bash.exe', { ...GIT_BASH, ...POWERSHELL_7 }, 'bash'],
  ['zsh of MSYS2', 'node.exe', { MSYSTEM: 'UCRT64', SHELL: '/usr/bin/zsh' }, 'zsh'],
  ['fish of MSYS2', 'fish.exe', { MSYSTEM: 'MSYS', SHELL: '/usr/bin/fish' }, 'fish'],
  ['MSYS2 without SHELL', undefined, { MSYSTEM: 'MSYS' }, 'bash'],
  ['WSL that starts a program of Windows', 'wsl.exe', CMD, 'bash'],
  ['WSL that hands on its name', 'node.exe', { WSL_DISTRO_NAME: 'Ubuntu' }, 'bash'],
  ['an editor with Windows’s variables', 'Code.exe', { PSModulePath: MACHINE }, 'powershell'],
  ['nothing', undefined, {}, 'powershell'],
]

test.each(ROWS)('%s', (_, parentProgram, env, shell) => {
  expect(usualShell({ platform: 'win32', env, parentProgram })).toBe(shell)
})

describe('MFA_LOGIN_SHELL', () => {
  it.each(['bash', 'fish', 'powershell', 'cmd'])('wins over all of that: %s', (shell) => {
    const env = { ...GIT_BASH, ...POWERSHELL_7, MFA_LOGIN_SHELL: shell }
    expect(usualShell({ platform: 'win32', env, parentProgram: 'pwsh.exe' })).toBe(shell)
  })

  it('keeps the program of the parent from being looked up', () => {
    const system = {
      platform: 'win32',
      env: { MFA_LOGIN_SHELL: 'cmd' },
      get parentProgram(): string {
        throw new Error('looked up')
      },
    }
    expect(usualShell(system)).toBe('cmd')
  })
})

it('exec opens the shell in which it runs', () => {
  const opened = (parentProgram: string, env: Record<string, string> = {}) =>
    shellCommand({ platform: 'win32', env: { COMSPEC: 'C:\\cmd.exe', ...env }, parentProgram })
  expect(opened('pwsh.exe')).toEqual(['pwsh.exe'])
  expect(opened('powershell.exe')).toEqual(['powershell.exe'])
  expect(opened('bash.exe', GIT_BASH)).toEqual([GIT_BASH.SHELL])
  expect(opened('cmd.exe')).toEqual(['C:\\cmd.exe'])
  expect(opened('cmd.exe', POWERSHELL_7)).toEqual(['powershell'])
  expect(opened('cmd.exe', GIT_BASH)).toEqual([GIT_BASH.SHELL])
  expect(opened('pwsh.exe', { MFA_LOGIN_SHELL: 'cmd' })).toEqual(['C:\\cmd.exe'])
  expect(opened('node.exe', { MFA_LOGIN_SHELL: 'powershell' })).toEqual(['powershell'])
})

it('cmd evaluates what a command prints with for', () => {
  expect(evaluate('cmd', 'mfa-login env work')).toBe(
    `for /f "delims=" %v in ('mfa-login env work') do @%v`,
  )
})

const rewriting = (platform: string, path: string, ...bytes: number[]): string => {
  const system = { platform, env: {}, parentProgram: undefined }
  return fillInShell(system, encodingFailure(path, Uint8Array.from(bytes)).hint!)
}

it('the command that rewrites a file runs in every shell of Windows', () => {
  const path = "C:\\Users\\O'Brien\\.aws\\config"
  const name = "'C:\\Users\\O''Brien\\.aws\\config'"
  const hintFor = (...bytes: number[]) => rewriting('win32', path, ...bytes)
  const utf8 = `powershell -Command "[IO.File]::WriteAllText(${name}, [IO.File]::ReadAllText(${name}))"`
  expect(hintFor(0xef, 0xbb, 0xbf)).toBe(utf8)
  expect(hintFor(0xff, 0xfe)).toBe(utf8)
  expect(hintFor(0xb0, 0xa1)).toContain(`ReadAllText(${name}, [Text.Encoding]::Default)`)
})

test.each([
  'C:\\$x',
  'C:\\%x%',
  'C:\\`x',
  'C:\\{x}',
  'C:\\x!',
  '\\\\server\\x',
  'C:\\O\u2019Brien',
])('how to rewrite %s, which a shell would change, is said in words', (path) => {
  const words = `save ${path} as UTF-8 without a byte order mark`
  expect(rewriting('win32', path, 0xef, 0xbb, 0xbf)).toBe(words)
  expect(rewriting('win32', path, 0xb0, 0xa1)).toBe(words)
})

it('the command that rewrites a file is that of the platform, whatever the path looks like', () => {
  expect(rewriting('linux', 'C:config', 0xef, 0xbb, 0xbf)).toMatch(
    /^sh -c 'umask 077; tail -c \+4 /,
  )
  expect(rewriting('win32', 'aws/config', 0xef, 0xbb, 0xbf)).toMatch(/^powershell -Command /)
})
