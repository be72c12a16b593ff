/** In the place of @napi-rs/keyring where there is no room for native code. */
export const AsyncEntry = undefined
throw new Error('this executable has none')
