import { AwsError, type Aws } from '../aws/api.ts'

/** The virtual devices of the account; none if the policy does not allow listing them. */
export async function listVirtualDevices(aws: Aws): ReturnType<Aws['listVirtualDevices']> {
  try {
    return await aws.listVirtualDevices()
  } catch (error) {
    if (error instanceof AwsError) return []
    throw error
  }
}

/** Deletes a device that is assigned to no user, if the policy allows it. */
export async function tryDelete(aws: Aws, serialNumber: string): Promise<'deleted' | 'refused'> {
  try {
    await aws.deleteVirtualDevice(serialNumber)
    return 'deleted'
  } catch (error) {
    if (error instanceof AwsError) return 'refused'
    throw error
  }
}
