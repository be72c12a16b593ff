export type FaultKind =
  | 'throttle'
  | 'error500'
  /** The connection breaks and the operation never ran. */
  | 'dropBefore'
  /** The operation ran (a code is spent), then the connection breaks. */
  | 'dropAfter'
  /** A captive portal's login page, with status 200. */
  | 'html'
  | { readonly slowMs: number }
  /** An error of AWS, by its code, as in `EntityTemporarilyUnmodifiable`. */
  | { readonly refuse: string; readonly status: number; readonly message?: string }

export interface PlannedFault {
  readonly kind: FaultKind
  /** Only requests for this action, as in `GetSessionToken`. */
  readonly action?: string
  /** How many requests it hits; once unless told. */
  readonly times?: number
}

export interface Faults {
  /** Used up from the front; a request meets at most one. */
  next: (FaultKind | PlannedFault)[]
  /** How far the server's clock is ahead of the machine's. */
  clockOffsetMs: number
}

/** Takes the first fault planned for an action off the queue. */
export function takeFault(faults: Faults, action: string): FaultKind | undefined {
  const plans = faults.next.map(planned)
  const index = plans.findIndex((plan) => plan.action === undefined || plan.action === action)
  const plan = plans[index]
  if (plan === undefined) return undefined
  const left = (plan.times ?? 1) - 1
  faults.next.splice(index, 1, ...(left > 0 ? [{ ...plan, times: left }] : []))
  return plan.kind
}

function planned(fault: FaultKind | PlannedFault): PlannedFault {
  return typeof fault === 'object' && 'kind' in fault ? fault : { kind: fault }
}
