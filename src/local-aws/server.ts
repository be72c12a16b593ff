import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createAccount } from './account/create.ts'
import type { Account } from './account/model.ts'
import { answerWithCode, CODE_PATH, nextCode, type DeviceCode } from './codes.ts'
import { parseRequest, respond } from './dispatch.ts'
import { delayOf, takeFault, type Faults } from './faults.ts'
import { startHttpServer, type RawRequest, type RawResponse } from './http.ts'
import type { DeviceName, RecordedRequest } from './public-types.ts'
import { recordRequest } from './request-log.ts'
import type { ServerState } from './state.ts'

interface LocalAwsOptions {
  readonly account?: Account
  /** Default: a free port. */
  readonly port?: number
  /** The clock that `faults.clockOffsetMs` is added to (ms since the epoch). Default: the machine's. */
  readonly now?: () => number
  /** Gets each request in place of `requests`, for a server that runs for long. */
  readonly onRequest?: (request: RecordedRequest) => void
}

export interface LocalAws {
  /** The endpoint of all services. */
  readonly url: string
  readonly account: Account
  /** May be changed at any time. */
  readonly faults: Faults
  readonly requests: RecordedRequest[]
  /** See `nextCode`. */
  code(name?: DeviceName): Promise<DeviceCode | undefined>
  close(): Promise<void>
}

/** Starts an AWS with one account on the loopback interface, for the demo and the tests. */
export async function startLocalAws({
  account = createAccount(),
  port = 0,
  now = Date.now,
  onRequest,
}: LocalAwsOptions = {}): Promise<LocalAws> {
  const faults: Faults = { next: [], clockOffsetMs: 0 }
  const requests: RecordedRequest[] = []
  const state: ServerState = {
    account,
    sessions: new Map(),
    signInTokens: new Map(),
    givenSteps: new WeakMap(),
    now: () => now() + faults.clockOffsetMs,
  }
  const record = onRequest ?? ((request: RecordedRequest) => void requests.push(request))
  const server = await startHttpServer(port, async (raw) =>
    raw.path === CODE_PATH ? answerWithCode(raw, state) : handleRequest(raw, state, faults, record),
  )
  return { ...server, account, faults, requests, code: async (name = {}) => nextCode(state, name) }
}

/** Returns undefined if a fault breaks the connection. */
async function handleRequest(
  raw: RawRequest,
  state: ServerState,
  faults: Faults,
  record: (request: RecordedRequest) => void,
): Promise<RawResponse | undefined> {
  const request = parseRequest(raw)
  const fault = takeFault(faults, request.operation)
  const delay = delayOf(fault)
  // A slow response does not keep the process alive.
  if (delay > 0) await pause(delay, undefined, { ref: false })
  const at = state.now()
  const requestId = randomUUID()
  const response =
    fault === 'dropBefore' ? undefined : await respond(request, state, requestId, fault)
  const sent = fault === 'dropAfter' ? undefined : response
  const outcome = sent?.outcome ?? (response === undefined ? 'dropBefore' : 'dropAfter')
  record(recordRequest(request, at, outcome))
  if (sent === undefined) return undefined
  const { status, body, type } = sent
  const headers = {
    date: new Date(state.now()).toUTCString(),
    'content-type': type,
    'x-amzn-requestid': requestId,
  }
  return { status, headers, body }
}
