import { once } from 'node:events'
import { Agent, createServer, type RequestListener } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, createServer as createNetServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { RequestNotSent } from '../../../src/aws/api.ts'
import { exchange, addressOf, type Request } from '../../../src/aws/http/exchange.ts'
import { hasOpenssl, listening, untrustedServer } from '../../support/tls-front.ts'

const LIMITS = { connect: 200, head: 200, end: 200 }

async function requestTo(listener: RequestListener, host = '127.0.0.1'): Promise<Request> {
  const server = createServer(listener)
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/a?b=c%20d`)
  return { method: 'POST', url, headers: { 'x-kind': 'test' }, body: 'ä' }
}

it.each(['127.0.0.1', '::1'])(
  'a request to %s is sent, and its whole response returned',
  async (host) => {
    const request = await requestTo((incoming, outgoing) => {
      void text(incoming).then((body) => {
        outgoing.writeHead(403, { 'X-Kind': 'answer' })
        outgoing.write(
          `${incoming.method} ${incoming.url} ${String(incoming.headers['x-kind'])} ${body} `,
        )
        setTimeout(() => outgoing.end('end'), 20)
      })
    }, host)
    const { status, headers, body } = await exchange(request, new Agent())
    expect(status).toBe(403)
    expect(headers['x-kind']).toBe('answer')
    expect(body.toString()).toBe('POST /a?b=c%20d test ä end')
  },
)

it('a request without a response times out', async () => {
  const request = await requestTo(() => undefined)
  await expect(exchange(request, new Agent(), LIMITS)).rejects.toMatchObject({
    code: 'TimeoutError',
    status: undefined,
    message: 'there was no answer within 0.2 s',
  })
})

it('a response that does not end times out', async () => {
  const request = await requestTo((_, outgoing) => void outgoing.write('begun'))
  await expect(exchange(request, new Agent(), LIMITS)).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'the answer did not end within 0.2 s',
  })
})

it('a connection that is not made times out', async () => {
  const request = await requestTo(() => undefined)
  const agent = new Agent()
  // The look-up of its name never ends.
  agent.createConnection = () => connect({ host: 'example.com', port: 80, lookup: () => undefined })
  await expect(exchange(request, agent, { ...LIMITS, head: 5000 })).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'no connection was made within 0.2 s',
  })
})

it('an agent that never returns a connection times out', async () => {
  const request = await requestTo(() => undefined)
  const agent = Object.assign(new Agent(), { createSocket: () => undefined })
  await expect(exchange(request, agent, { ...LIMITS, head: 5000 })).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'no connection was made within 0.2 s',
  })
})

it('only an error before the connection is made tells that nothing was sent', async () => {
  const request = await requestTo((incoming) => void incoming.socket.destroy())
  const unsent = exchange({ ...request, url: new URL('http://127.0.0.1:1/') }, new Agent())
  await expect(unsent).rejects.toBeInstanceOf(RequestNotSent)
  await expect(exchange(request, new Agent())).rejects.not.toBeInstanceOf(RequestNotSent)
})

it('an error on a connection that was used before leaves open what was sent', async () => {
  let requests = 0
  const request = await requestTo((incoming, outgoing) => {
    requests += 1
    if (requests === 1) outgoing.end('ok')
    else incoming.socket.destroy()
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  expect((await exchange(request, agent)).status).toBe(200)
  await expect(exchange(request, agent)).rejects.not.toBeInstanceOf(RequestNotSent)
})

it.skipIf(!hasOpenssl())('nothing leaves before a certificate is accepted', async () => {
  const received: Buffer[] = []
  const server = untrustedServer((socket) => socket.on('data', (data) => received.push(data)))
  const url = new URL(`https://localhost:${await listening(server)}/`)
  const request = { method: 'POST', url, headers: {}, body: 'TokenCode=123456' }
  const sent = exchange(request, new HttpsAgent())
  await expect(sent).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await expect(sent).rejects.toBeInstanceOf(RequestNotSent)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(received).toEqual([])
})

it('a TLS handshake that does not end is a connection that is not made', async () => {
  const server = createNetServer()
  const url = new URL(`https://127.0.0.1:${await listening(server)}/`)
  const sent = exchange({ method: 'GET', url, headers: {} }, new HttpsAgent(), {
    ...LIMITS,
    head: 5000,
  })
  await expect(sent).rejects.toBeInstanceOf(RequestNotSent)
  await expect(sent).rejects.toMatchObject({ message: 'no connection was made within 0.2 s' })
})

it('a switched protocol is an error', async () => {
  const request = await requestTo((incoming) => {
    incoming.socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    )
  })
  await expect(exchange(request, new Agent())).rejects.toMatchObject({ code: 'NotAws' })
})

it('the limit for a connection does not apply to the response', async () => {
  const request = await requestTo((_, outgoing) => {
    setTimeout(() => outgoing.end('late'), 400)
  })
  const { body } = await exchange(request, new Agent(), { ...LIMITS, head: 5000 })
  expect(body.toString()).toBe('late')
})

it('a response that breaks off is an error', async () => {
  const request = await requestTo((_, outgoing) => {
    outgoing.writeHead(200, { 'Content-Length': '100' })
    outgoing.write('half')
    setTimeout(() => outgoing.destroy(), 20)
  })
  await expect(exchange(request, new Agent())).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('an address where nothing listens is an error', async () => {
  const request = await requestTo(() => undefined)
  const url = new URL('http://127.0.0.1:1/')
  await expect(exchange({ ...request, url }, new Agent())).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
})

it.each([
  ['https://sts.amazonaws.com/', { host: 'sts.amazonaws.com', port: 443 }],
  ['http://localhost/', { host: 'localhost', port: 80 }],
  ['http://[::1]:4566/', { host: '::1', port: 4566 }],
])('addressOf(%s) is %j', (url, address) => {
  expect(addressOf(new URL(url))).toEqual(address)
})
