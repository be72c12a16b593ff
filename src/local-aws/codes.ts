/** The authenticator of a local AWS: it knows the seed of every device. */
import { setTimeout as pause } from 'node:timers/promises'
import { codeAt, deviceStep, STEP_MS, type Device } from './account/device.ts'
import type { RawRequest, RawResponse } from './http.ts'
import type { DeviceName } from './public-types.ts'
import type { ServerState } from './state.ts'

/** No bucket has an underscore, so that S3 has no such path. */
export const CODE_PATH = '/_local-aws/code'

/** Tests may shift the clock meanwhile. */
const POLL_MS = 200

export interface DeviceCode {
  readonly serialNumber: string
  readonly code: string
}

/**
 * A code of the device that AWS accepts now. Each is of a later step than those that were given or used before, so that
 * none is refused as used, and two in turn enroll a device: of the current step or the next one, for which it may have to
 * wait. Undefined if there is no such device.
 */
export async function nextCode(
  state: ServerState,
  name: DeviceName,
): Promise<DeviceCode | undefined> {
  const device = findDevice(state, name)
  if (device === undefined) return undefined
  const last = Math.max(-Infinity, state.givenSteps.get(device) ?? -Infinity, ...device.usedSteps)
  const step = Math.max(deviceStep(device, state.now()), last + 1)
  state.givenSteps.set(device, step)
  while (step > deviceStep(device, state.now()) + 1) await pause(POLL_MS, undefined, { ref: false })
  return { serialNumber: device.serialNumber, code: codeAt(device, step * STEP_MS) }
}

function findDevice({ account }: ServerState, { user, serialNumber }: DeviceName) {
  const users = account.users.filter(({ name }) => user === undefined || name === user)
  const unassigned = user === undefined ? account.unassignedDevices : []
  const devices = [...users.flatMap((each) => each.devices), ...unassigned]
  return devices.find(
    (device: Device) =>
      device.kind === 'totp' &&
      (serialNumber === undefined || device.serialNumber === serialNumber),
  )
}

/** Answers a request of a test or of `demo code`. */
export async function answerWithCode(
  { query }: RawRequest,
  state: ServerState,
): Promise<RawResponse> {
  const name = {
    user: query.get('user') ?? undefined,
    serialNumber: query.get('serialNumber') ?? undefined,
  }
  const found = await nextCode(state, name)
  return {
    status: found === undefined ? 404 : 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(found ?? { message: 'There is no such device.' }),
  }
}
