import { once } from 'node:events'
import { Agent, createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { exchange, addressOf, type Request } from '../../../src/aws/http/exchange.ts'

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

it.each(['127.0.0.1', '::1'])('sends a request to %s and gives the whole answer', async (host) => {
  const request = await requestTo((heard, answer) => {
    void text(heard).then((body) => {
      answer.writeHead(403, { 'X-Kind': 'answer' })
      answer.write(`${heard.method} ${heard.url} ${String(heard.headers['x-kind'])} ${body} `)
      setTimeout(() => answer.end('end'), 20)
    })
  }, host)
  const { status, headers, body } = await exchange(request, new Agent())
  expect(status).toBe(403)
  expect(headers['x-kind']).toBe('answer')
  expect(body.toString()).toBe('POST /a?b=c%20d test ä end')
})

it('gives up where no answer comes', async () => {
  const request = await requestTo(() => undefined)
  await expect(exchange(request, new Agent(), LIMITS)).rejects.toMatchObject({
    code: 'TimeoutError',
    status: undefined,
    message: 'there was no answer within 0.2 s',
  })
})

it('gives up where an answer does not end', async () => {
  const request = await requestTo((_, answer) => void answer.write('begun'))
  await expect(exchange(request, new Agent(), LIMITS)).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'the answer did not end within 0.2 s',
  })
})

it('gives up where no connection is made', async () => {
  const request = await requestTo(() => undefined)
  const agent = new Agent()
  // Its name is never found.
  agent.createConnection = () => connect({ host: 'example.com', port: 80, lookup: () => undefined })
  await expect(exchange(request, agent, { ...LIMITS, head: 5000 })).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'no connection was made within 0.2 s',
  })
})

it('gives up where an agent never comes with a connection', async () => {
  const request = await requestTo(() => undefined)
  const agent = Object.assign(new Agent(), { createSocket: () => undefined })
  await expect(exchange(request, agent, { ...LIMITS, head: 5000 })).rejects.toMatchObject({
    code: 'TimeoutError',
    message: 'no connection was made within 0.2 s',
  })
})

it('fails where the protocol is switched, which nobody asked for', async () => {
  const request = await requestTo((heard) => {
    heard.socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    )
  })
  await expect(exchange(request, new Agent())).rejects.toMatchObject({ code: 'NotAws' })
})

it('waits for the answer, once there is a connection, for longer than that may take', async () => {
  const request = await requestTo((_, answer) => {
    setTimeout(() => answer.end('late'), 400)
  })
  const { body } = await exchange(request, new Agent(), { ...LIMITS, head: 5000 })
  expect(body.toString()).toBe('late')
})

it('fails where the answer is cut off', async () => {
  const request = await requestTo((_, answer) => {
    answer.writeHead(200, { 'Content-Length': '100' })
    answer.write('half')
    setTimeout(() => answer.destroy(), 20)
  })
  await expect(exchange(request, new Agent())).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('fails where nobody listens', async () => {
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
])('knows where %s is', (url, place) => {
  expect(addressOf(new URL(url))).toEqual(place)
})
