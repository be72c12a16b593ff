export {
  createAccessKey,
  createAccount,
  createRole,
  createUser,
  roleArn,
  userArn,
  type AccessKey,
  type Account,
  type Role,
  type User,
} from './account.ts'
export { codeAt, createVirtualDevice, type Device } from './device.ts'
export type { FaultKind, Faults, PlannedFault } from './faults.ts'
export {
  startLocalAws,
  type LocalAws,
  type LocalAwsOptions,
  type RecordedRequest,
} from './server.ts'
