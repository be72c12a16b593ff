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

async function ask(url: URL, agents: ReturnType<typeof readyAgents>): Promise<number> {
  const request = get(url, { agent: await agents.agentFor(url) })
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }]
  response.resume()
  return response.statusCode
}

it('sends the next request over the connection that is there', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  expect(await ask(url, agents)).toBe(200)
  expect(connections).toHaveLength(1)
})

it('makes another where the server has closed it', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  connections[0]?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await ask(url, agents)).toBe(200)
  expect(connections).toHaveLength(2)
})

it('closes it when it is given up, and not when it was taken', async () => {
  const { url, connections } = await rig()
  const agents = readyAgents(undefined)
  const giveUp = await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(1)
  giveUp()
  await expect.poll(() => connections[0]?.destroyed).toBe(true)

  const giveUpTaken = await agents.prepare(url)
  await expect.poll(() => connections.length).toBe(2)
  const answer = ask(url, agents)
  giveUpTaken()
  expect(await answer).toBe(200)
})

it('keeps it from requests to other addresses', async () => {
  const [one, other] = [await rig(), await rig()]
  const agents = readyAgents(undefined)
  await agents.prepare(one.url)
  await expect.poll(() => one.connections.length).toBe(1)
  expect(await ask(other.url, agents)).toBe(200)
  expect(other.connections).toHaveLength(1)
  expect(await ask(one.url, agents)).toBe(200)
  expect(one.connections).toHaveLength(1)
})

it('is no trouble where nobody listens', async () => {
  const { url, server } = await rig()
  server.close()
  await once(server, 'close')
  const agents = readyAgents(undefined)
  const giveUp = await agents.prepare(url)
  await expect(ask(url, agents)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  giveUp()
})
