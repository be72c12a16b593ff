// Gives the secrets of a sandbox names of its own: the Credential Manager of Windows is one for all that a user runs.
const keyring = require('@napi-rs/keyring')

keyring.AsyncEntry = class extends keyring.AsyncEntry {
  constructor(_, ...rest) {
    super(process.env.MFA_TEST_KEYRING, ...rest)
  }
}
