/** The folders in which package managers put what they install. */
const SCRIPTS = [
  ['npx', '/_npx/'],
  ['pnpm', '/.pnpm/'],
  ['bun', '/.bun/'],
  ['yarn', '/yarn/'],
  ['npm', '/node_modules/mfa-login/'],
] as const
const EXECUTABLES = [
  ['homebrew', '/Cellar/'],
  ['scoop', '/scoop/apps/'],
  ['winget', '/WinGet/'],
  ['mise', '/mise/installs/'],
] as const

/** How the program at this path was installed: `clone` and `executable` where no package manager did it; pure. */
export function installedBy(path: string, isExecutable: boolean): string {
  const folders = isExecutable ? EXECUTABLES : SCRIPTS
  const found = folders.find(([, folder]) => path.replaceAll('\\', '/').includes(folder))
  return found?.[0] ?? (isExecutable ? 'executable' : 'clone')
}
