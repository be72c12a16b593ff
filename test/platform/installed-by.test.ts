import { expect, it } from 'vitest'
import { installedBy } from '../../src/platform/installed-by.ts'

it.each([
  ['npm', '/usr/local/lib/node_modules/mfa-login/bin/mfa-login.js'],
  ['npm', 'C:\\Users\\A\\AppData\\Roaming\\npm\\node_modules\\mfa-login\\bin\\mfa-login.js'],
  ['npx', '/home/a/.npm/_npx/0f/node_modules/mfa-login/bin/mfa-login.js'],
  ['pnpm', '/p/global/5/node_modules/.pnpm/mfa-login@1/node_modules/mfa-login/bin/mfa-login.js'],
  ['bun', '/home/a/.bun/install/global/node_modules/mfa-login/bin/mfa-login.js'],
  ['yarn', '/home/a/.config/yarn/global/node_modules/mfa-login/bin/mfa-login.js'],
  ['clone', '/home/a/src/mfa-login/bin/mfa-login.js'],
])('%s: %s', (by, script) => {
  expect(installedBy(script, false)).toBe(by)
})

it.each([
  ['homebrew', '/opt/homebrew/Cellar/mfa-login/1.0.0/libexec/mfa-login'],
  ['scoop', 'C:\\Users\\A\\scoop\\apps\\mfa-login\\1.0.0\\mfa-login.exe'],
  ['winget', 'C:\\Users\\A\\AppData\\Local\\Microsoft\\WinGet\\Packages\\x\\mfa-login.exe'],
  ['mise', '/home/a/.local/share/mise/installs/http-mfa-login/1.0.0/mfa-login'],
  ['executable', '/usr/local/bin/mfa-login'],
])('an executable of %s: %s', (by, path) => {
  expect(installedBy(path, true)).toBe(by)
})
