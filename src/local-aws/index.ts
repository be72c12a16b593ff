/** What the demo and the tests use. */
export { groupArn, roleArn, userArn } from './account/arns.ts'
export {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
} from './account/create.ts'
export { codeAt, createVirtualDevice, type Device } from './account/device.ts'
export type {
  AccessKey,
  Account,
  Group,
  IamIdentity,
  InlinePolicy,
  ManagedPolicy,
  PolicyVersion,
  Role,
  User,
} from './account/model.ts'
export type { FaultKind, Faults, PlannedFault } from './faults.ts'
export type { RecordedRequest } from './request-log.ts'
export { startLocalAws, type LocalAws, type LocalAwsOptions } from './server.ts'
