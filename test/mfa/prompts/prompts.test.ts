import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { ALL_PLATFORMS, type Platform } from '../../../src/mfa/prompts/code-prompt.ts'
import {
  checkPromptName,
  otherPrompts,
  promptFromEnvironment,
  PROMPTS,
  promptsToTry,
  type PromptName,
} from '../../../src/mfa/prompts/prompts.ts'

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
    ['win32', true, ['ykman', 'terminal', 'powershell']],
  ])('on %s, with a YubiKey account: %s, tries %j in order', (platform, isNamed, names) => {
    const environment = { platform, env: {}, keyAccount: keyAccount(isNamed) }
    expect(promptsToTry('auto', environment).map(({ name }) => name)).toEqual(names)
  })
})

function unavailable(
  name: PromptName,
  platform: string,
  env: Record<string, string>,
): string | undefined {
  const environment = { platform, env, keyAccount: undefined }
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
    ['osascript', 'win32', {}, false, ['terminal', 'powershell']],
  ] as const)(
    'instead of %s on %s with %j, with a YubiKey account: %s, suggests %j',
    (name, platform, env, isNamed, names) => {
      const environment = { platform, env, keyAccount: keyAccount(isNamed) }
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
