export {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  groupArn,
  roleArn,
  userArn,
  type AccessKey,
  type Account,
  type Group,
  type InlinePolicy,
  type ManagedPolicy,
  type PolicyHolder,
  type PolicyVersion,
  type Role,
  type User,
} from './account/model.ts'
export { codeAt, createVirtualDevice, type Device } from './account/device.ts'
export type { FaultKind, Faults, PlannedFault } from './faults.ts'
export {
  startLocalAws,
  type LocalAws,
  type LocalAwsOptions,
  type RecordedRequest,
} from './server.ts'
