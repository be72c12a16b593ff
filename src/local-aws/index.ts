/** What the demo and the tests use. */
export { groupArn, roleArn, userArn } from './account/arns.ts'
export * from './account/create.ts'
export { codeAt, createVirtualDevice, type Device } from './account/device.ts'
export type * from './account/model.ts'
export type { FaultKind, Faults, PlannedFault } from './faults.ts'
export type { RecordedRequest } from './request-log.ts'
export { startLocalAws, type LocalAws } from './server.ts'
