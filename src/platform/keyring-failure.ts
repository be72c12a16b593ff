/** What an error of the keyring means, by its text: the package reports no codes. It is pure. */
import { Failure, THIS_COMMAND, type ExitName } from '../failure.ts'

const UNLOCK = `unlock it, perhaps in your desktop session, then: ${THIS_COMMAND}`

interface Meaning {
  readonly text: RegExp
  readonly message: string
  readonly hint: string
  readonly exit?: ExitName
}

/** Codes and texts of Apple's Security framework (SecBase.h, `security error CODE`). */
const APPLE: readonly Meaning[] = [
  {
    // errSecInteractionNotAllowed, as over SSH.
    text: /-25308|interaction is not allowed/i,
    message: 'The keychain is locked, and macOS cannot ask for its password here.',
    hint: `security unlock-keychain, then: ${THIS_COMMAND}`,
  },
  {
    // errSecAuthFailed.
    text: /-25293|passphrase you entered is not correct/i,
    message: 'macOS did not let mfa-login use its entry in the keychain.',
    hint: `${THIS_COMMAND}, and allow it; or remove the entry mfa-login in Keychain Access`,
  },
  {
    // errSecUserCanceled.
    text: /-128\b|user canceled/i,
    message: 'The question of the keychain was canceled.',
    hint: THIS_COMMAND,
    exit: 'cancelled',
  },
  {
    // errSecNotAvailable, errSecNoSuchKeychain, errSecNoDefaultKeychain.
    text: /-2529[14]|-25307|no keychain is available|keychain could not be found/i,
    message: 'This user has no keychain.',
    hint: `log in at the desktop once, then: ${THIS_COMMAND}`,
  },
]

/** The texts are those of the errors of the Rust crate keyring-core. */
export function keyringFailure(text: string, platform: string, cause: unknown): Failure {
  const known = platform === 'darwin' ? APPLE.find((each) => each.text.test(text)) : undefined
  if (known !== undefined) {
    return new Failure(known.exit ?? 'files', known.message, known.hint, { cause })
  }
  if (text.startsWith("Couldn't access platform storage")) {
    const message = `The keyring is locked, or did not let mfa-login in: ${text}.`
    return new Failure('files', message, UNLOCK, { cause })
  }
  if (platform !== 'linux') return noKeyring(text, cause)
  const hint = 'run it in a session with a Secret Service, such as GNOME Keyring or KWallet'
  if (!/DBus|D-Bus/.test(text)) return noKeyring(text, cause, hint)
  // What the library says of D-Bus is for `--debug`.
  const reason = new Failure('files', text, undefined, { cause })
  return noKeyring('no Secret Service is running', reason, hint)
}

export function noKeyring(reason: string, cause: unknown, hint?: string): Failure {
  return new Failure('files', `There is no keyring to use here: ${reason}.`, hint, { cause })
}
