import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { LoopbackAnswer, LoopbackRequest, LoopbackServer } from '../context.ts'

/** An HTTP server on 127.0.0.1, on a free port. */
export async function listen(
  answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    void answer({ method, path: url, authorization: headers.authorization })
      .catch((): LoopbackAnswer => ({ status: 500, body: {} }))
      .then(({ status, body, headers: more, sent }) => {
        response.writeHead(status, {
          'Content-Type': 'application/json',
          'Cache-Control': 'no-store',
          ...more,
        })
        response.end(JSON.stringify(body), sent)
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
