import { ServiceError } from './protocol/service-error.ts'

export type FaultKind =
  | 'throttle'
  | 'error500'
  /** Breaks the connection; the operation does not run. */
  | 'dropBefore'
  /** Runs the operation, so a code is spent, then breaks the connection. */
  | 'dropAfter'
  /** The login page of a captive portal, with status 200. */
  | 'html'
  | { readonly slowMs: number }
  /** An AWS error by its code, such as `EntityTemporarilyUnmodifiable`. */
  | { readonly refuse: string; readonly status: number; readonly message?: string }

export interface PlannedFault {
  readonly kind: FaultKind
  /** Only requests for this operation, such as `GetSessionToken`. */
  readonly action?: string
  /** How many requests it affects; default 1. */
  readonly times?: number
}

export interface Faults {
  /** A request takes the first fault that applies to it, and at most one. */
  next: (FaultKind | PlannedFault)[]
  /** How far the server's clock is ahead of the machine's. */
  clockOffsetMs: number
}

/** Removes the first fault that applies to an operation from the queue and returns it. */
export function takeFault(faults: Faults, action: string): FaultKind | undefined {
  const plans = faults.next.map(toPlan)
  const index = plans.findIndex((plan) => plan.action === undefined || plan.action === action)
  const plan = plans[index]
  if (plan === undefined) return undefined
  const remaining = (plan.times ?? 1) - 1
  faults.next.splice(index, 1, ...(remaining > 0 ? [{ ...plan, times: remaining }] : []))
  return plan.kind
}

function toPlan(fault: FaultKind | PlannedFault): PlannedFault {
  return typeof fault === 'object' && 'kind' in fault ? fault : { kind: fault }
}

/** Milliseconds by which a fault delays the response. */
export function delayOf(fault: FaultKind | undefined): number {
  return typeof fault === 'object' && 'slowMs' in fault ? fault.slowMs : 0
}

/** The error that a fault answers with. */
export function errorOf(fault: FaultKind | undefined): ServiceError | undefined {
  if (fault === 'throttle') return new ServiceError(400, 'Throttling', 'Rate exceeded')
  if (fault === 'error500') return internalFailure()
  if (typeof fault === 'object' && 'refuse' in fault) {
    return new ServiceError(fault.status, fault.refuse, fault.message ?? '')
  }
  return undefined
}

/** AWS's InternalFailure. The message includes a defect of the local AWS, so that tests show it. */
export function internalFailure(defect?: unknown): ServiceError {
  const message = 'We encountered an internal error. Please try again.'
  const detail = defect instanceof Error ? ` ${defect.message}` : ''
  return new ServiceError(500, 'InternalFailure', message + detail)
}
