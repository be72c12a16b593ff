import { describe, expect, it, test } from 'vitest'
import {
  checkPromptName,
  othersThan,
  promptFromEnvironment,
  promptSeconds,
  promptsInTurn,
  unfit,
} from '../../../src/mfa/prompts/prompt-choice.ts'

describe('the choice', () => {
  it('is a name from the list', () => {
    expect(checkPromptName('zenity')).toBe('zenity')
    expect(checkPromptName(undefined)).toBeUndefined()
    expect(() => checkPromptName('zenit')).toThrow('There is no prompt "zenit"')
    expect(() => checkPromptName('')).toThrow('There is no prompt ""')
  })

  it('may come from the variable, an empty one counts for none', () => {
    expect(promptFromEnvironment({ MFA_LOGIN_PROMPT: 'pinentry' })).toBe('pinentry')
    expect(promptFromEnvironment({ MFA_LOGIN_PROMPT: '' })).toBeUndefined()
    expect(() => promptFromEnvironment({ MFA_LOGIN_PROMPT: 'nope' })).toThrow(
      'There is no prompt "nope"',
    )
  })
})

test.each([
  ['linux', false, ['terminal', 'pinentry', 'zenity', 'kdialog']],
  ['linux', true, ['ykman', 'terminal', 'pinentry', 'zenity', 'kdialog']],
  ['freebsd', false, ['terminal', 'pinentry', 'zenity', 'kdialog']],
  ['darwin', false, ['terminal', 'pinentry', 'osascript']],
  ['win32', true, ['ykman', 'terminal', 'powershell']],
])('on %s, key wanted: %s', (platform, isKeyWanted, names) => {
  expect(promptsInTurn(platform, isKeyWanted)).toEqual(names)
})

test.each([
  ['zenity', 'linux', {}, 'no DISPLAY or WAYLAND_DISPLAY'],
  ['zenity', 'linux', { DISPLAY: '' }, 'no DISPLAY or WAYLAND_DISPLAY'],
  ['zenity', 'linux', { DISPLAY: ':0' }, undefined],
  ['kdialog', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, undefined],
  ['pinentry', 'linux', {}, 'no DISPLAY, WAYLAND_DISPLAY or GPG_TTY'],
  ['pinentry', 'linux', { GPG_TTY: '/dev/pts/1' }, undefined],
  ['pinentry', 'linux', { DISPLAY: ':0' }, undefined],
  ['pinentry', 'darwin', {}, undefined],
  ['osascript', 'darwin', {}, undefined],
] as const)('%s on %s with %j: %s', (name, platform, env, why) => {
  expect(unfit(name, platform, env)).toBe(why)
})

test.each([
  ['zenity', 'linux', {}, false, ['terminal']],
  ['terminal', 'linux', {}, false, []],
  ['terminal', 'linux', { DISPLAY: ':0' }, true, ['ykman', 'pinentry', 'zenity', 'kdialog']],
  ['osascript', 'win32', {}, false, ['terminal', 'powershell']],
] as const)(
  'instead of %s on %s with %j, key wanted: %s',
  (name, platform, env, isKeyWanted, names) => {
    expect(othersThan(name, { platform, env, isKeyWanted })).toEqual(names)
  },
)

describe('the time', () => {
  test.each([
    [undefined, 55],
    ['', 55],
    ['1', 1],
    ['3600', 3600],
  ])('%j is %s s', (text, seconds) => {
    expect(promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text })).toBe(seconds)
  })

  test.each(['0', '3601', '-5', '5s', '1.5', '99999'])('%j is none', (text) => {
    expect(() => promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text })).toThrow(
      'seconds from 1 to 3600',
    )
  })
})
