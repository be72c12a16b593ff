import { createServer, connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { COMMAND, sandbox } from '../support/sandbox.ts'
import { joined, listening } from '../support/tls-front.ts'

it('a login opens the connection before the code is typed and sends the code over it', async () => {
  const box = await sandbox()
  const sockets: Socket[] = []
  const asked: Buffer[] = []
  const front = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', (chunk) => asked.push(chunk))
    joined(socket, connect(Number(new URL(box.aws.url).port), '127.0.0.1'))
  })
  const url = `http://127.0.0.1:${await listening(front)}`
  box.write(
    'config',
    `[profile work]\nregion = eu-west-1\nmfa_serial = ${box.device.serialNumber}\n`,
  )
  const run = box.terminal(`${COMMAND} --profile work`, { env: { AWS_ENDPOINT_URL_STS: url } })
  await run.waitFor('MFA code for work')
  await expect.poll(() => sockets.length).toBeGreaterThan(0)
  expect(asked).toEqual([])
  const before = sockets.length
  run.type(`${box.code()}\r`)
  expect(await run.exit, run.screen).toBe(0)
  // On a busy machine the open connection may have timed out by then.
  expect(sockets.length - before).toBeLessThanOrEqual(1)
  expect(box.calls()).toEqual(['OK'])
  const actions = box.aws.requests.map(({ action }) => action)
  // IAM has an endpoint of its own, and so a connection.
  expect(actions.filter((each) => each !== 'ListMFADevices')).toEqual(['GetSessionToken'])
})
