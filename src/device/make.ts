import { AwsError, type Aws } from '../aws/api.ts'
import type { Terminal } from '../context.ts'
import { withExplanation, type ErrorContext } from '../aws/errors/explain.ts'
import { deviceName, isDeviceName, nextName } from './naming.ts'

export interface NewDevice {
  readonly serialNumber: string
  /** Base32; undefined for a device that an earlier enrolment made. */
  readonly seed: string | undefined
}

/** Makes a device, or goes on with one that an enrolment left behind, as the person chooses. */
export async function makeDevice(
  aws: Aws,
  terminal: Terminal,
  errorContext: ErrorContext,
  wanted: string,
): Promise<NewDevice> {
  let mayDelete = true
  for (let name = wanted; ;) {
    const made = await tryCreate(aws, errorContext, name)
    if (made !== undefined) return made
    const choice = await resolveNameConflict(aws, terminal, name, mayDelete)
    if (choice.kind === 'go on') return { serialNumber: choice.serialNumber, seed: undefined }
    if (choice.kind === 'rename') name = choice.name
    else mayDelete = await discard(aws, terminal, choice.serialNumber)
  }
}

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

type NameConflictChoice =
  | { readonly kind: 'go on' | 'delete'; readonly serialNumber: string }
  | { readonly kind: 'rename'; readonly name: string }

/** The name is taken: by a device in use, or by one that an enrolment left behind. */
async function resolveNameConflict(
  aws: Aws,
  terminal: Terminal,
  name: string,
  mayDelete: boolean,
): Promise<NameConflictChoice> {
  const known = await virtualDevices(aws)
  const names = known.map(({ serialNumber }) => deviceName(serialNumber))
  const next = nextName(name, names)
  const found = known.find(({ serialNumber }) => deviceName(serialNumber) === name)
  if (found === undefined || found.userName !== undefined) {
    const owner = found?.userName === undefined ? '' : ` of ${found.userName}`
    terminal.write(`There is a device ${name}${owner} already.\n`)
    return { kind: 'rename', name: await askName(terminal, next) }
  }
  const { serialNumber } = found
  const choices: readonly (readonly [string, () => Promise<NameConflictChoice>])[] = [
    ['Delete it and begin again', async () => Promise.resolve({ kind: 'delete', serialNumber })],
    ['Go on: my app shows its codes', async () => Promise.resolve({ kind: 'go on', serialNumber })],
    ['Take another name', async () => ({ kind: 'rename', name: await askName(terminal, next) })],
  ]
  const question = `The device ${name} is there, unused; an enrolment was not finished. What now?`
  const answer = await terminal.choose(
    question,
    choices.map(([words]) => words).slice(mayDelete ? 0 : 1),
  )
  const chosen = choices.find(([words]) => words === answer)
  return chosen === undefined ? { kind: 'rename', name: next } : chosen[1]()
}

/** Those of the account, or none where they may not be listed. */
export async function virtualDevices(aws: Aws): ReturnType<Aws['listVirtualDevices']> {
  try {
    return await aws.listVirtualDevices()
  } catch (error) {
    // Only tells the two cases apart; without the right to list, another name always works.
    if (error instanceof AwsError) return []
    throw error
  }
}

async function askName(terminal: Terminal, proposal: string): Promise<string> {
  const answer = await terminal.ask(`Its name, or Enter for ${proposal}`, (text) =>
    text === '' || isDeviceName(text) ? undefined : 'Letters, digits and _ + = , . @ - only.',
  )
  return answer === '' ? proposal : answer
}

async function discard(aws: Aws, terminal: Terminal, serialNumber: string): Promise<boolean> {
  if (await tryDelete(aws, serialNumber)) return true
  terminal.write('The policy does not let you delete it without MFA; choose another way.\n')
  return false
}

/** Deletes a device nobody has, if the policy lets us. */
export async function tryDelete(aws: Aws, serialNumber: string): Promise<boolean> {
  try {
    await aws.deleteVirtualDevice(serialNumber)
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}
