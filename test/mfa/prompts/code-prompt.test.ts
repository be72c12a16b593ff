import { describe, expect, it, test } from 'vitest'
import { pauseForNextCode, questionLimit } from '../../../src/mfa/prompts/code-prompt.ts'
import { promptSeconds } from '../../../src/mfa/prompts/time-limit.ts'

describe('MFA_LOGIN_PROMPT_TIMEOUT', () => {
  test.each([
    [undefined, 55],
    ['1', 1],
    ['3600', 3600],
  ])('%j is %s s', (text, seconds) => {
    expect(promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text })).toBe(seconds)
  })

  test.each(['0', '3601', '-5', '5s', '1.5', '99999'])('%j is refused', (text) => {
    expect(() => promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text })).toThrow(
      'seconds from 1 to 3600',
    )
  })
})

describe('a question', () => {
  const request = {
    profile: 'work',
    serialNumber: 'GAHT12345678',
    keyAccount: undefined,
    isChosen: false,
    seconds: 55,
    deadline: undefined,
  }

  it('has its own time, but no more than is left until the deadline', () => {
    expect(questionLimit(request, 0).milliseconds).toBe(55_000)
    expect(questionLimit({ ...request, deadline: 90_000 }, 60_000).milliseconds).toBe(30_000)
    expect(questionLimit({ ...request, deadline: 90_000 }, 10_000).milliseconds).toBe(55_000)
    expect(() => questionLimit({ ...request, deadline: 90_000 }, 90_000)).toThrow(
      'Within 55 s nobody gave an MFA code for profile work.',
    )
  })

  it('for the next code is not asked if the deadline comes first', () => {
    expect(pauseForNextCode(request, 10_000)).toBe(20_000)
    expect(pauseForNextCode({ ...request, deadline: 31_000 }, 10_000)).toBe(20_000)
    expect(() => pauseForNextCode({ ...request, deadline: 29_000 }, 10_000)).toThrow('Within 55 s')
  })
})
