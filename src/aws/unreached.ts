/**
 * Stands in the bundle for parts of the SDK that `clientConfig` leaves nothing to do: the search for credentials,
 * the SDK's own HTTP client and signing for several regions at once (rolldown.config.js).
 */

function unreached(): never {
  throw new Error('a part of the AWS SDK was reached that mfa-login is built without')
}

export { unreached as defaultProvider, unreached as streamCollector }

/** The SDK passes the handler that it is configured with through here. */
export const NodeHttpHandler = { create: <Handler>(handler: Handler): Handler => handler }

export const SignatureV4MultiRegion = { sigv4aDependency: unreached }
