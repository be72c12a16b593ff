/** A network in front of the local AWS that delays each packet. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Network {
  readonly url: string
  close(): void
}

/** `oneWay` is in milliseconds. */
export async function networkTo(url: string, oneWay: number): Promise<Network> {
  const { hostname, port } = new URL(url)
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    pass(near, far, oneWay)
    pass(far, near, oneWay)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  }
}

function pass(from: Socket, to: Socket, oneWay: number): void {
  const later = (work: () => void): void => void setTimeout(work, oneWay)
  from.setNoDelay(true)
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
}
