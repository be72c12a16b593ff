import { checked } from '../answers.ts'
import { userNameIn, type DeviceCalls, type EnableRequest } from '../iam-api.ts'
import { isNoSuchEntity, notAws } from '../errors/from-sdk.ts'
import type { LoadIam } from './iam-client.ts'

/** `callerArn` returns the ARN of the user whose key signs. */
export function deviceCalls(load: LoadIam, callerArn: () => Promise<string>): DeviceCalls {
  const listMfaDevices = async (UserName?: string, signal?: AbortSignal): Promise<string[]> => {
    const { send, ListMFADevicesCommand } = await load()
    // No paging: a user has at most eight devices.
    const { MFADevices } = await send(new ListMFADevicesCommand({ UserName }), {
      ...(signal && { abortSignal: signal }),
    })
    if (MFADevices === undefined) throw notAws('no list of devices in the answer')
    return MFADevices.map(({ SerialNumber }) => checked('serial number', SerialNumber))
  }
  return {
    listMfaDevices: async (userName, signal) => {
      try {
        return await listMfaDevices(userName, signal)
      } catch (error) {
        if (userName !== undefined || !isNoSuchEntity(error)) throw error
        // AWS takes the user from the key that signs; moto 5 requires the name.
        const caller = userNameIn(await callerArn())
        if (caller === undefined) throw error
        return listMfaDevices(caller, signal)
      }
    },
    listVirtualDevices: async (AssignmentStatus) => {
      const { list, paginateListVirtualMFADevices } = await load()
      const devices = await list(
        paginateListVirtualMFADevices,
        { AssignmentStatus },
        (page) => page.VirtualMFADevices,
      )
      return devices.map(({ SerialNumber, User }) => ({
        serialNumber: checked('serial number', SerialNumber),
        // The root user has no name, only an ARN.
        userName: User?.UserName ?? User?.Arn,
      }))
    },
    createVirtualDevice: async (name) => {
      const { send, CreateVirtualMFADeviceCommand } = await load()
      const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
      const { SerialNumber, Base32StringSeed } = (await send(command)).VirtualMFADevice ?? {}
      const seed = new TextDecoder().decode(Base32StringSeed)
      return { serialNumber: checked('serial number', SerialNumber), seed: checked('seed', seed) }
    },
    enableDevice: async (request) => {
      const { send, EnableMFADeviceCommand } = await load()
      await send(new EnableMFADeviceCommand(withCodes(request)))
    },
    resyncDevice: async (request) => {
      const { send, ResyncMFADeviceCommand } = await load()
      await send(new ResyncMFADeviceCommand(withCodes(request)))
    },
    deactivateDevice: async ({ userName: UserName, serialNumber: SerialNumber }) => {
      const { send, DeactivateMFADeviceCommand } = await load()
      await send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }))
    },
    deleteVirtualDevice: async (SerialNumber) => {
      const { send, DeleteVirtualMFADeviceCommand } = await load()
      await send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
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
