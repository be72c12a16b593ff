/** What the keyrings of three systems report, in words. The Keychain of macOS was never run. */
import { describe, expect, it, test } from 'vitest'
import { keyringFailure } from '../../src/platform/keyring-failure.ts'

const STORAGE = "Couldn't access platform storage"

describe('the Keychain of macOS', () => {
  test.each([
    ['Platform failure: User interaction is not allowed', 'is locked', 'files'],
    ['Platform failure: error code -25308', 'is locked', 'files'],
    [
      'Platform failure: The user name or passphrase you entered is not correct',
      'did not let',
      'files',
    ],
    ['Platform failure: error code -25293', 'did not let', 'files'],
    ['Platform failure: User canceled the operation', 'was canceled', 'cancelled'],
    ['Platform failure: error code -128', 'was canceled', 'cancelled'],
    [`${STORAGE}: No keychain is available. You may need to restart`, 'has no keychain', 'files'],
    [`${STORAGE}: A default keychain could not be found`, 'has no keychain', 'files'],
    [`${STORAGE}: error code -25294`, 'has no keychain', 'files'],
    // An error that has no words of ours.
    ['Platform failure: error code -12888', 'error code -12888', 'files'],
    [`${STORAGE}: error code -25292`, 'error code -25292', 'files'],
  ])('%s', (text, words, exit) => {
    const { message, ...failure } = keyringFailure(text, 'darwin', undefined)
    expect(message).toContain(words)
    expect(failure.exit).toBe(exit)
  })

  it('is unlocked by its own command, and the keyring of another system is not', () => {
    const text = 'Platform failure: error code -25308'
    expect(keyringFailure(text, 'darwin', undefined).hint).toMatch(
      /^security unlock-keychain, then/,
    )
    expect(keyringFailure(text, 'linux', undefined).hint).toContain('Secret Service')
    expect(keyringFailure(text, 'win32', undefined).message).toContain('There is no keyring')
  })
})
