import { userNameIn, type DeviceCalls, type EnableRequest } from '../iam-api.ts'
import { collectPages, withAwsErrors, isNoSuchEntity, notAws, type LoadIam } from '../sdk.ts'

/** `callerArn` tells whose key signs. */
export function deviceCalls(load: LoadIam, callerArn: () => Promise<string>): DeviceCalls {
  const listMfaDevices = async (userName?: string): Promise<string[]> => {
    const { client, ListMFADevicesCommand } = await load()
    const command = new ListMFADevicesCommand(userName === undefined ? {} : { UserName: userName })
    // No paging: a user has at most eight devices.
    const { MFADevices } = await withAwsErrors(async () => client.send(command))
    if (MFADevices === undefined) throw notAws('no list of devices in the answer')
    return MFADevices.flatMap(({ SerialNumber }) => SerialNumber ?? [])
  }
  return {
    listMfaDevices: async (userName) => {
      try {
        return await listMfaDevices(userName)
      } catch (error) {
        if (userName !== undefined || !isNoSuchEntity(error)) throw error
        // AWS takes the user from the key that signs; emulators (moto 5) want the name.
        const caller = userNameIn(await callerArn())
        if (caller === undefined) throw error
        return listMfaDevices(caller)
      }
    },
    listVirtualDevices: async () => {
      const { client, paginateListVirtualMFADevices } = await load()
      const pages = paginateListVirtualMFADevices({ client }, {})
      const devices = await collectPages(pages, ({ VirtualMFADevices }) => VirtualMFADevices)
      return devices.map(({ SerialNumber = '', User }) => ({
        serialNumber: SerialNumber,
        // The root user has no name, only an ARN.
        userName: User?.UserName ?? User?.Arn,
      }))
    },
    createVirtualDevice: async (name) => {
      const { client, CreateVirtualMFADeviceCommand } = await load()
      const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
      const { VirtualMFADevice: made } = await withAwsErrors(async () => client.send(command))
      if (!made?.SerialNumber || !made.Base32StringSeed) throw notAws('no device in the answer')
      return {
        serialNumber: made.SerialNumber,
        seed: new TextDecoder().decode(made.Base32StringSeed),
      }
    },
    enableDevice: async (request) => {
      const { client, EnableMFADeviceCommand } = await load()
      await withAwsErrors(async () => client.send(new EnableMFADeviceCommand(withCodes(request))))
    },
    resyncDevice: async (request) => {
      const { client, ResyncMFADeviceCommand } = await load()
      await withAwsErrors(async () => client.send(new ResyncMFADeviceCommand(withCodes(request))))
    },
    deactivateDevice: async ({ userName, serialNumber }) => {
      const { client, DeactivateMFADeviceCommand } = await load()
      const device = { UserName: userName, SerialNumber: serialNumber }
      await withAwsErrors(async () => client.send(new DeactivateMFADeviceCommand(device)))
    },
    deleteVirtualDevice: async (serialNumber) => {
      const { client, DeleteVirtualMFADeviceCommand } = await load()
      const command = new DeleteVirtualMFADeviceCommand({ SerialNumber: serialNumber })
      await withAwsErrors(async () => client.send(command))
    },
  }
}

function withCodes({ userName, serialNumber, codes }: EnableRequest) {
  return {
    UserName: userName,
    SerialNumber: serialNumber,
    AuthenticationCode1: codes[0],
    AuthenticationCode2: codes[1],
  }
}
