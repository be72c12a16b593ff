/** `device enroll` for a user without a device. */
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { PROGRAM, sandbox, type Sandbox, type TerminalRun, type Window } from './sandbox.ts'

export const ARN = 'arn:aws:iam::123456789012:mfa'
export const SERIAL = `${ARN}/bob`
export const ENROLL = ['device', 'enroll', '--profile', 'work']

/** A user without a device, at the beginning of a time step. */
export async function newcomer(policy = strictPolicy()): Promise<Sandbox> {
  const policies = [
    { name: 'mfa_mandatory', document: policy },
    { name: 'everything', document: allowAllPolicy() },
  ]
  const box = await sandbox(createAccount({ users: [createUser('bob', { policies })] }))
  box.freshStep(12_000)
  return box
}

export function enrolling(box: Sandbox, ...more: string[]): TerminalRun {
  return enrollingIn({}, box, ...more)
}

export function enrollingIn(window: Window, box: Sandbox, ...more: string[]): TerminalRun {
  return box.terminal([process.execPath, PROGRAM, ...ENROLL, ...more].join(' '), window)
}

/** The secret that was shown last, which may take several lines. */
export function secretOn({ screen }: TerminalRun): string | undefined {
  const secrets = Array.from(screen.matchAll(/type the seed:\s+((?:[A-Z2-7]{4}\s+){8,})/g))
  return secrets.at(-1)?.[1]?.replace(/\s/g, '')
}

/** The code that an authenticator app shows for the secret on the screen. */
export function codeOn(box: Sandbox, run: TerminalRun, step: number): string {
  const seed = secretOn(run) ?? ''
  return codeAt(createVirtualDevice(SERIAL, { seed }), box.now() + step * 30_000)
}

/** Types the codes of the previous and the current step, so that nothing has to be waited for. */
export async function giveCodes(box: Sandbox, run: TerminalRun, times = 1): Promise<void> {
  await run.waitFor('The code it shows', times)
  await run.answer('The code it shows', `${codeOn(box, run, -1)}\r`, times)
  await run.answer('The next code', `${codeOn(box, run, 0)}\r`)
}
