import { AwsError, type Aws } from '../aws/api.ts'
import type { Terminal } from '../context.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { deviceName, isDeviceName, nextName } from './naming.ts'
import { listVirtualDevices, tryDelete } from './user.ts'

export interface NewDevice {
  readonly serialNumber: string
  /** Base32; undefined for a device that an earlier enrollment created. */
  readonly seed: string | undefined
}

/** Creates a device. If the name is taken, the person chooses another one, or what to do with the device. */
export async function createDevice(
  aws: Aws,
  terminal: Terminal,
  errorContext: ErrorContext,
  firstName: string,
): Promise<NewDevice> {
  let canDelete = true
  for (let name = firstName; ;) {
    const device = await tryCreate(aws, errorContext, name)
    if (device !== undefined) return device
    const resolution = await askAboutTakenName(aws, terminal, name, canDelete)
    switch (resolution.kind) {
      case 'resume':
        return { serialNumber: resolution.serialNumber, seed: undefined }
      case 'rename':
        name = resolution.name
        break
      case 'delete':
        canDelete = await tryDelete(aws, resolution.serialNumber)
        if (!canDelete) {
          terminal.write('The policy does not let you delete it without MFA; choose another way.\n')
        }
    }
  }
}

/** Undefined if the name is taken. */
async function tryCreate(
  aws: Aws,
  errorContext: ErrorContext,
  name: string,
): Promise<NewDevice | undefined> {
  return withExplanation(errorContext, async () => {
    try {
      return await aws.createVirtualDevice(name)
    } catch (error) {
      if (error instanceof AwsError && error.code === 'EntityAlreadyExists') return undefined
      throw error
    }
  })
}

type NameResolution =
  | { readonly kind: 'resume' | 'delete'; readonly serialNumber: string }
  | { readonly kind: 'rename'; readonly name: string }

const DELETE = 'Delete it and start again'
const RESUME = 'Continue: my app shows its codes'
const RENAME = 'Take another name'

async function askAboutTakenName(
  aws: Aws,
  terminal: Terminal,
  name: string,
  canDelete: boolean,
): Promise<NameResolution> {
  // Without the right to list devices this one seems assigned, and another name always works.
  const devices = await listVirtualDevices(aws)
  const device = devices.find(({ serialNumber }) => deviceName(serialNumber) === name)
  if (device !== undefined && device.userName === undefined) {
    const choice = await terminal.choose(
      `The device ${name} exists but is unused; an enrollment was not finished. What now?`,
      [...(canDelete ? [DELETE] : []), RESUME, RENAME],
    )
    const { serialNumber } = device
    if (choice !== RENAME) return { kind: choice === DELETE ? 'delete' : 'resume', serialNumber }
  } else {
    const owner = device?.userName === undefined ? '' : ` of ${device.userName}`
    terminal.write(`There is a device ${name}${owner} already.\n`)
  }
  const names = devices.map(({ serialNumber }) => deviceName(serialNumber))
  const freeName = nextName(name, names)
  const answer = await terminal.ask(`Its name, or Enter for ${freeName}`, (text) =>
    text === '' ? undefined : nameProblem(text, [name, ...names]),
  )
  return { kind: 'rename', name: answer === '' ? freeName : answer }
}

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return `There is a device ${name} already.`
  return isDeviceName(name) ? undefined : 'Letters, digits and _ + = , . @ - only.'
}
