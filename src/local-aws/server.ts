import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { createAccount, type Account } from './account/model.ts'
import { authenticate, authorize, type World } from './auth/caller.ts'
import { takeFault, type FaultKind, type Faults } from './faults.ts'
import { iam } from './iam/iam.ts'
import { Refusal } from './protocol/service-error.ts'
import { s3 } from './s3.ts'
import { federate } from './console-sign-in.ts'
import type { Params, Service } from './protocol/service.ts'
import { readAuthorization, type HttpCall } from './auth/signature.ts'
import { sts } from './sts.ts'
import { requirePresent } from './protocol/validation.ts'

export interface LocalAwsOptions {
  readonly account?: Account
  /** A free one unless told. */
  readonly port?: number
  /** The clock `faults.clockOffsetMs` is added to; the machine's unless told. */
  readonly now?: () => number
}

export interface LocalAws {
  /** One endpoint for all services. */
  readonly url: string
  readonly account: Account
  /** Change it at any time. */
  readonly faults: Faults
  readonly requests: RecordedRequest[]
  close(): Promise<void>
}

export interface RecordedRequest {
  /** By the server's clock. */
  readonly at: number
  /** `unsigned` where nothing says which. */
  readonly service: string
  readonly action: string
  readonly accessKeyId: string | undefined
  /** Without token codes and passwords. */
  readonly params: Params
  /** `OK`, an error code, or the fault that kept the answer back. */
  readonly outcome: string
}

interface State {
  readonly world: World
  readonly faults: Faults
  readonly requests: RecordedRequest[]
}

interface Request {
  readonly call: HttpCall
  readonly params: Params
  readonly service: Service
  readonly action: string
}

interface Answer {
  readonly status: number
  readonly outcome: string
  readonly body: string
  readonly type: 'text/xml' | 'text/html' | 'application/json'
}

/** By the service name in a signature's credential scope. */
const SERVICES: Readonly<Record<string, Service>> = { iam, s3, sts }
const SECRET_PARAMS = new Set([
  'Session',
  'SigninToken',
  'TokenCode',
  'AuthenticationCode1',
  'AuthenticationCode2',
  'OldPassword',
  'NewPassword',
])
const LOGIN_PAGE = '<!doctype html><title>Guest Wi-Fi</title><h1>Please sign in</h1>'

/** An AWS of one account on the loopback interface, for the demo and the tests. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const faults: Faults = { next: [], clockOffsetMs: 0 }
  const clock = options.now ?? Date.now
  const world: World = {
    account: options.account ?? createAccount(),
    sessions: new Map(),
    now: () => clock() + faults.clockOffsetMs,
  }
  const requests: RecordedRequest[] = []
  const server = createServer((message, response) => {
    handle(message, response, { world, faults, requests }).catch(() => message.socket.destroy())
  })
  await listen(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    account: world.account,
    faults,
    requests,
    close: () => close(server),
  }
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  { world, faults, requests }: State,
): Promise<void> {
  const request = readRequest(await readCall(message))
  const fault = takeFault(faults, request.action)
  if (typeof fault === 'object' && 'slowMs' in fault)
    await pause(fault.slowMs, undefined, { ref: false })
  const at = world.now()
  const requestId = randomUUID()
  const answer = await answerUnlessDropped(request, world, requestId, fault)
  const outcome = typeof answer === 'string' ? answer : answer.outcome
  requests.push({ at, ...describe(request), outcome })
  if (typeof answer === 'string') {
    message.socket.destroy()
    return
  }
  response.writeHead(answer.status, {
    date: new Date(world.now()).toUTCString(),
    'content-type': answer.type,
    'x-amzn-requestid': requestId,
  })
  response.end(answer.body)
}

async function answerUnlessDropped(
  request: Request,
  world: World,
  requestId: string,
  fault: FaultKind | undefined,
): Promise<Answer | 'dropBefore' | 'dropAfter'> {
  if (fault === 'dropBefore') return fault
  const answer = await answerTo(request, world, requestId, fault)
  return fault === 'dropAfter' ? fault : answer
}

async function answerTo(
  request: Request,
  world: World,
  requestId: string,
  fault: FaultKind | undefined,
): Promise<Answer> {
  if (fault === 'html') {
    return { status: 200, outcome: 'html', body: LOGIN_PAGE, type: 'text/html' }
  }
  const { service, action } = request
  try {
    refuseAsPlanned(fault)
    if (request.call.path === '/federation') return federate(request.params, world)
    const content = await perform(request, world)
    const body = service.answer(action, content, requestId)
    return { status: 200, outcome: 'OK', body, type: 'text/xml' }
  } catch (error) {
    const refusal = error instanceof Refusal ? error : internalFailure(error)
    const { status, code, body } = service.refuse(refusal, requestId)
    return { status, outcome: code, body, type: 'text/xml' }
  }
}

function refuseAsPlanned(fault: FaultKind | undefined): void {
  if (fault === 'throttle') throw new Refusal(400, 'Throttling', 'Rate exceeded')
  if (fault === 'error500') throw internalFailure()
  if (typeof fault === 'object' && 'refuse' in fault) {
    throw new Refusal(fault.status, fault.refuse, fault.message ?? '')
  }
}

async function perform({ call, params, service, action }: Request, world: World) {
  const caller = await authenticate(call, world)
  const operation = Object.hasOwn(service.operations, action)
    ? service.operations[action]
    : undefined
  if (operation === undefined) throw service.unknownAction(action)
  service.admit(caller)
  requirePresent(params, operation.requires ?? [])
  const operationCall = { params, caller, world }
  if (operation.policy) {
    const { action: policyAction, resource } = operation.policy
    authorize(caller, policyAction, resource(operationCall), world)
  }
  return operation.run(operationCall)
}

/** A defect in here shows in the answer, where a test sees it. */
function internalFailure(defect?: unknown): Refusal {
  const message = 'We encountered an internal error. Please try again.'
  return new Refusal(
    500,
    'InternalFailure',
    defect instanceof Error ? `${message} ${defect.message}` : message,
  )
}

async function readCall(message: IncomingMessage): Promise<HttpCall> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://127.0.0.1')
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : (value ?? ''),
  ])
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(message),
  }
}

function readRequest(call: HttpCall): Request {
  const service = SERVICES[readAuthorization(call)?.service ?? ''] ?? sts
  const form = call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const params: Params = {
    ...Object.fromEntries([...call.query, ...new URLSearchParams(form ? call.body : undefined)]),
    ...service.paramsOf?.(call),
  }
  const action = call.path === '/federation' ? params.Action : service.actionOf(call, params)
  return { call, params, service, action: action ?? '' }
}

function describe({ call, params, action }: Request) {
  const authorization = readAuthorization(call)
  return {
    service: authorization?.service ?? 'unsigned',
    action,
    accessKeyId: authorization?.accessKeyId,
    params: Object.fromEntries(Object.entries(params).filter(([name]) => !SECRET_PARAMS.has(name))),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
