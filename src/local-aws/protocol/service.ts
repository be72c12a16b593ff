import type { Caller, World } from '../auth/caller.ts'
import type { Refusal } from './service-error.ts'
import type { HttpCall } from '../auth/signature.ts'
import type { Content } from './xml.ts'

/** Request parameters by name. */
export type Params = Readonly<Record<string, string | undefined>>

export interface OperationCall {
  readonly params: Params
  readonly caller: Caller
  readonly world: World
}

export interface Operation {
  /** What policies are asked; left out where AWS applies none. */
  readonly policy?: { readonly action: string; readonly resource: (call: OperationCall) => string }
  /** Parameters no request may lack. */
  readonly requires?: readonly string[]
  run(call: OperationCall): Content | Promise<Content>
}

/** By name. */
export type Operations = Readonly<Record<string, Operation>>

/** One AWS service: its operations by name, and the way it talks. */
export interface Service {
  readonly operations: Operations
  /** What a request says elsewhere than in its query or form. */
  paramsOf?(call: HttpCall): Params
  /** The name of the operation a request is for. */
  actionOf(call: HttpCall, params: Params): string
  unknownAction(action: string): Refusal
  /** Throws where the service takes no calls from this caller. */
  admit(caller: Caller): void
  answer(action: string, content: Content, requestId: string): string
  refuse(refusal: Refusal, requestId: string): { status: number; code: string; body: string }
}
