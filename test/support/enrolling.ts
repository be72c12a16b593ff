/** `device enroll` for a user without a device. */
import { createAccount, createUser } from '../../src/local-aws/index.ts'
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
