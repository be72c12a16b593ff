import { userNameIn, type DeviceCalls, type EnableRequest } from '../iam-api.ts'
import { isNoSuchEntity, notAws } from '../errors/from-sdk.ts'
import type { LoadIam } from './iam-client.ts'
import { collectPages } from './pages.ts'

/** `callerArn` returns the ARN of the user whose key signs. */
export function deviceCalls(load: LoadIam, callerArn: () => Promise<string>): DeviceCalls {
  const listMfaDevices = async (userName?: string): Promise<string[]> => {
    const { send, ListMFADevicesCommand } = await load()
    const command = new ListMFADevicesCommand(userName === undefined ? {} : { UserName: userName })
    // No paging: a user has at most eight devices.
    const { MFADevices } = await send(command)
    if (MFADevices === undefined) throw notAws('no list of devices in the answer')
    return MFADevices.flatMap(({ SerialNumber }) => SerialNumber ?? [])
  }
  return {
    listMfaDevices: async (userName) => {
      try {
        return await listMfaDevices(userName)
      } catch (error) {
        if (userName !== undefined || !isNoSuchEntity(error)) throw error
        // AWS takes the user from the key that signs; moto 5 requires the name.
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
      const { send, CreateVirtualMFADeviceCommand } = await load()
      const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
      const { VirtualMFADevice: device } = await send(command)
      if (!device?.SerialNumber || !device.Base32StringSeed) throw notAws('no device in the answer')
      return {
        serialNumber: device.SerialNumber,
        seed: new TextDecoder().decode(device.Base32StringSeed),
      }
    },
    enableDevice: async (request) => {
      const { send, EnableMFADeviceCommand } = await load()
      await send(new EnableMFADeviceCommand(withCodes(request)))
    },
    resyncDevice: async (request) => {
      const { send, ResyncMFADeviceCommand } = await load()
      await send(new ResyncMFADeviceCommand(withCodes(request)))
    },
    deactivateDevice: async ({ userName, serialNumber }) => {
      const { send, DeactivateMFADeviceCommand } = await load()
      const device = { UserName: userName, SerialNumber: serialNumber }
      await send(new DeactivateMFADeviceCommand(device))
    },
    deleteVirtualDevice: async (serialNumber) => {
      const { send, DeleteVirtualMFADeviceCommand } = await load()
      const command = new DeleteVirtualMFADeviceCommand({ SerialNumber: serialNumber })
      await send(command)
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
