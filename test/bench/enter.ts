/** The time from Enter after the code to the profile in the credentials file, at a terminal and over a network. */
import { once } from 'node:events'
import { watch } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { spawn } from '@lydell/node-pty'
import type { Network } from './latency.ts'
import { PROGRAM, type Home } from './stage.ts'
import type { Group } from './timing.ts'

/** A person takes longer to find and type a code. Meanwhile the program opens the connection. */
const TYPING_MS = 800
const ATTEMPT_MS = 30_000

export function enterGroup(home: Home, network: Network, rounds: number): Group {
  const reference = 'one round trip on an open connection'
  return {
    title: 'From Enter to the written profile, with 100 ms of latency',
    rounds,
    rows: [
      { name: reference, time: async () => roundTrip(network.url) },
      {
        name: 'login at a terminal',
        time: async () => fromEnter(home, network.url),
        targets: [{ atMost: 15, of: reference, isDifference: true }],
      },
    ],
  }
}

/** The time of a request that AWS refuses at once, over an open connection. */
async function roundTrip(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true })
  const ask = async (): Promise<void> => {
    const sent = request(url, { agent, method: 'POST' }).end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    await text(answer)
  }
  await ask()
  const began = performance.now()
  await ask()
  const time = performance.now() - began
  agent.destroy()
  return time
}

async function fromEnter(home: Home, url: string): Promise<number> {
  const run = spawn(process.execPath, [PROGRAM, 'login', '--profile', 'plain', '--force'], {
    env: { ...home.env, AWS_ENDPOINT_URL: url, TERM: 'xterm' },
  })
  let screen = ''
  run.onData((data) => (screen += data))
  const ended = new Promise<number>((resolve) => run.onExit(({ exitCode }) => resolve(exitCode)))
  const late = setTimeout(() => run.kill('SIGKILL'), ATTEMPT_MS)
  while (!screen.includes('MFA code')) await sleep(10)
  await sleep(TYPING_MS)
  run.write(home.freshCode())
  await sleep(50)
  const signal = AbortSignal.timeout(ATTEMPT_MS)
  const written = (async () => {
    for await (const { filename } of watch(home.folder, { signal })) {
      if (filename === 'credentials') return performance.now()
    }
    return Number.NaN
  })()
  const began = performance.now()
  run.write('\r')
  const time = (await written) - began
  const exit = await ended
  clearTimeout(late)
  if (exit !== 0) throw new Error(`exit code ${exit}:\n${screen}`)
  return time
}
