/** A forward proxy for plain HTTP. */
import { createServer, request } from 'node:http'
import { listening } from './tls-front.ts'

/** Starts the proxy, which forwards each request to the URL in its request line (RFC 9112, 3.2.2). Returns its port. */
export async function forwardingProxy(): Promise<number> {
  const server = createServer((asked, answer) => {
    const { url = '', method = 'GET', headers } = asked
    const passedOn = request(url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passedOn.on('error', () => answer.destroy())
    asked.pipe(passedOn)
  })
  return listening(server)
}
