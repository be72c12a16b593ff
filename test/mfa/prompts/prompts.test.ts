import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { ALL_PLATFORMS, type Platform } from '../../../src/mfa/prompts/code-prompt.ts'
import {
  checkPromptName,
  promptFromEnvironment,
  type PromptName,
} from '../../../src/mfa/prompts/prompt-names.ts'
import { otherPrompts, PROMPTS, promptsToTry } from '../../../src/mfa/prompts/prompts.ts'

describe('the choice of a prompt', () => {
  it('accepts the names in the list only', () => {
    expect(checkPromptName('zenity')).toBe('zenity')
    expect(checkPromptName(undefined)).toBeUndefined()
    expect(() => checkPromptName('zenit')).toThrow('There is no prompt "zenit"')
    expect(() => checkPromptName('')).toThrow('There is no prompt ""')
  })

  it('comes from MFA_LOGIN_PROMPT', () => {
    expect(promptFromEnvironment({ MFA_LOGIN_PROMPT: 'pinentry' })).toBe('pinentry')
    expect(promptFromEnvironment({})).toBeUndefined()
    expect(() => promptFromEnvironment({ MFA_LOGIN_PROMPT: 'nope' })).toThrow(
      'There is no prompt "nope"',
    )
  })
})

/** The account on a YubiKey that a profile names, or none. */
const keyAccount = (isNamed: boolean) => (isNamed ? 'aws' : undefined)

describe('without a choice', () => {
  test.each([
    ['linux', false, ['terminal', 'pinentry', 'zenity', 'kdialog']],
    ['linux', true, ['ykman', 'terminal', 'pinentry', 'zenity', 'kdialog']],
    ['freebsd', false, ['terminal', 'pinentry', 'zenity', 'kdialog']],
    ['darwin', false, ['terminal', 'pinentry', 'osascript']],
    ['win32', true, ['ykman', 'powershell', 'terminal']],
  ])('on %s, with a YubiKey account: %s, tries %j in order', (platform, isNamed, names) => {
    const environment = { platform, env: {}, keyAccount: keyAccount(isNamed), isInteractive: false }
    expect(promptsToTry('auto', environment).map(({ name }) => name)).toEqual(names)
  })

  test.each([
    ['linux', { WSL_DISTRO_NAME: 'Ubuntu', WSL_INTEROP: '/run/WSL/8_interop' }, true],
    ['linux', { WSL_INTEROP: '/run/WSL/8_interop' }, true],
    ['linux', {}, false],
    ['darwin', { WSL_DISTRO_NAME: 'Ubuntu' }, false],
  ])('on %s with %j, tries the dialog of Windows last: %s', (platform, env, isTried) => {
    const names = promptsToTry('auto', {
      platform,
      env,
      isInteractive: false,
      keyAccount: undefined,
    })
    expect(names.at(-1)?.name === 'powershell').toBe(isTried)
  })
})

it('at a console that shows stderr, does not start PowerShell to look for its window', () => {
  const environment = { platform: 'win32', env: {}, keyAccount: undefined, isInteractive: true }
  expect(promptsToTry('auto', environment).map(({ name }) => name)).toEqual(['terminal'])
  expect(promptsToTry('powershell', environment).map(({ name }) => name)).toEqual(['powershell'])
})

function unavailable(
  name: PromptName,
  platform: string,
  env: Record<string, string>,
): string | undefined {
  const environment = { platform, env, keyAccount: undefined, isInteractive: false }
  const [prompt, ...others] = promptsToTry(name, environment)
  expect(others).toEqual([])
  return prompt!.unavailable?.(environment)
}

describe('what is known without trying', () => {
  test.each([
    ['zenity', 'linux', {}, 'no DISPLAY or WAYLAND_DISPLAY'],
    ['zenity', 'linux', { DISPLAY: ':0' }, undefined],
    ['kdialog', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, undefined],
    ['pinentry', 'linux', {}, 'no DISPLAY, WAYLAND_DISPLAY or GPG_TTY'],
    ['pinentry', 'linux', { GPG_TTY: '/dev/pts/1' }, undefined],
    ['pinentry', 'linux', { DISPLAY: ':0' }, undefined],
    ['pinentry', 'darwin', {}, undefined],
    ['osascript', 'darwin', {}, undefined],
  ] as const)('of %s on %s with %j: %s', (name, platform, env, reason) => {
    expect(unavailable(name, platform, env)).toBe(reason)
  })

  test.each([
    ['zenity', 'linux', {}, false, ['terminal']],
    ['terminal', 'linux', {}, false, []],
    ['terminal', 'linux', { DISPLAY: ':0' }, true, ['ykman', 'pinentry', 'zenity', 'kdialog']],
    ['osascript', 'win32', {}, false, ['powershell', 'terminal']],
  ] as const)(
    'instead of %s on %s with %j, with a YubiKey account: %s, suggests %j',
    (name, platform, env, isNamed, names) => {
      const environment = { platform, env, keyAccount: keyAccount(isNamed), isInteractive: false }
      expect(otherPrompts(name, environment)).toEqual(names)
    },
  )
})

describe('docs/prompts.md', () => {
  const LABELS: Readonly<Record<Platform, string>> = {
    linux: 'Linux',
    darwin: 'macOS',
    win32: 'Windows',
  }

  it('lists every prompt in order, with the platforms it is tried on', () => {
    const text = readFileSync(new URL('../../../docs/prompts.md', import.meta.url), 'utf8')
    const rows = Array.from(
      text.matchAll(/^\| `(\w+)` +\|[^|]+\| ([^|]+?) +\|/gm),
      ([, ...cells]) => cells,
    )
    const expected = PROMPTS.map(({ name, platforms }) => [
      name,
      platforms === ALL_PLATFORMS ? 'all' : platforms.map((each) => LABELS[each]).join(', '),
    ])
    expect(rows).toEqual(expected)
  })
})
