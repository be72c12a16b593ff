/** HTTPS with a certificate that no system trusts, in front of the local AWS of a sandbox. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Sandbox } from './sandbox.ts'

export async function listening(server: Server | HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

export function joined(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one)
  for (const socket of [one, other]) socket.on('error', () => one.destroy())
}

/** Creates a certificate for localhost and starts the server. */
export async function tlsFront(box: Sandbox): Promise<{ url: string; bundle: string }> {
  const backend = Number(new URL(box.aws.url).port)
  const { server, bundle } = createFront(box.home, (socket) => {
    joined(socket, connect(backend, '127.0.0.1'))
  })
  return { url: `https://localhost:${await listening(server)}`, bundle }
}

/** A server whose certificate nobody trusts; it does not listen yet. */
export function untrustedServer(onConnection: (socket: Socket) => void): Server {
  const folder = mkdtempSync(join(tmpdir(), 'tls-front-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return createFront(folder, onConnection).server
}

function createFront(folder: string, onConnection: (socket: Socket) => void) {
  const [key, bundle] = [`${folder}/key.pem`, `${folder}/bundle.pem`]
  const subject = ['-subj', '/CN=local', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync(
    'openssl',
    ['req', ...kind, '-days', '2', '-keyout', key, '-out', bundle, ...subject],
    { stdio: 'ignore' },
  )
  const options = { key: readFileSync(key), cert: readFileSync(bundle) }
  const server = createTlsServer(options, onConnection)
  server.on('tlsClientError', () => undefined)
  return { server, bundle }
}

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
