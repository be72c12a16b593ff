import { Failure } from '../failure.ts'

/** An endpoint somebody has named, if requests can go there: `localhost:4566` is a URL too. Throws a Failure. */
export function checkEndpointUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new Failure(
    'usage',
    `The endpoint ${JSON.stringify(text)} is not an address of http:// or https://.`,
    'look at AWS_ENDPOINT_URL and endpoint_url',
  )
}
