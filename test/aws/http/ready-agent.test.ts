import { once } from 'node:events'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readyAgents } from '../../../src/aws/http/ready-agent.ts'

interface Rig {
  readonly server: Server
  readonly url: URL
  readonly connections: Socket[]
}

async function rig(): Promise<Rig> {
  const connections: Socket[] = []
  const server = createServer((_, response) => response.end('ok'))
  server.on('connection', (socket: Socket) => connections.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { server, connections, url: new URL(`http://127.0.0.1:${port}/`) }
}

async function send(url: URL, agents: ReturnType<typeof readyAgents>): Promise<number> {
  const request = get(url, { agent: await agents.agentFor(url) })
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }]
  response.resume()
  return response.statusCode
}

it('a prepared connection carries the next request', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  expect(await send(url, agents)).toBe(200)
  expect(connections).toHaveLength(1)
})

it('a new connection is made where the server has closed the prepared one', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  connections[0]?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await send(url, agents)).toBe(200)
  expect(connections).toHaveLength(2)
})

it('a prepared connection can be closed until a request uses it', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  const close = await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  close()
  await expect.poll(() => connections[0]?.destroyed).toBe(true)

  const closeUsed = await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(2)
  const answer = send(url, agents)
  closeUsed()
  expect(await answer).toBe(200)
})

it('a prepared connection carries no request to another address', async () => {
  const [one, other] = [await rig(), await rig()]
  const agents = readyAgents(undefined)
  await agents.prepare(one.url)
  await expect.poll(() => one.connections.length).toBe(1)
  expect(await send(other.url, agents)).toBe(200)
  expect(other.connections).toHaveLength(1)
  expect(await send(one.url, agents)).toBe(200)
  expect(one.connections).toHaveLength(1)
})

it('a connection that cannot be prepared is the request’s to report', async () => {
  const { url, server } = await rig()
  server.close()
  await once(server, 'close')
  const agents = readyAgents(undefined)
  const close = await agents.prepare(url)
  await expect(send(url, agents)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  close()
})

it('connections for a question that stays open are few, and end', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined, 20)
  await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(12)
  await expect.poll(() => connections.every(({ destroyed }) => destroyed)).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(connections).toHaveLength(12)
  expect(await send(url, agents)).toBe(200)
  expect(connections).toHaveLength(13)
})
