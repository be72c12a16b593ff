/** Replaces @napi-rs/keyring in the single executable, which cannot load native code. */
export const AsyncEntry = undefined
throw new Error('this executable has none')
