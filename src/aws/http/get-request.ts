import type { Request } from './exchange.ts'

/** A GET of an address, for the calls that no SDK client makes. */
export function getRequest(url: URL, query: Record<string, string> = {}): Request {
  const whole = new URL(url)
  whole.search = new URLSearchParams(query).toString()
  return { method: 'GET', url: whole, headers: {} }
}
