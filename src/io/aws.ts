/** The only file that knows the AWS SDK; loaded when a call is to be made and not before. */
import type { GetSessionTokenCommandOutput, STSClientConfig } from '@aws-sdk/client-sts'
import { AwsError, type Aws, type AwsSettings, type Session } from '../context.ts'
import { requestHandler } from './http.ts'
import { listBuckets } from './list-buckets.ts'

export async function connectAws(settings: AwsSettings): Promise<Aws> {
  // Its advice about Node's version is for developers; our users' stderr is for us.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const config = await clientConfig(settings)
  const { STSClient, GetSessionTokenCommand, GetCallerIdentityCommand } =
    await import('@aws-sdk/client-sts')
  const sts = new STSClient(config)
  return {
    getSessionToken: async ({ serialNumber, tokenCode, durationSeconds }) => {
      const command = new GetSessionTokenCommand({
        SerialNumber: serialNumber,
        TokenCode: tokenCode,
        DurationSeconds: durationSeconds,
      })
      return sessionIn(await call(async () => sts.send(command)))
    },
    getCallerIdentity: async () => {
      const { Arn, Account } = await call(async () => sts.send(new GetCallerIdentityCommand({})))
      if (Arn === undefined || Account === undefined) throw notAws('no identity in the answer')
      return { arn: Arn, account: Account }
    },
    ...iamCalls(config),
    listBuckets: async () => call(async () => listBuckets(settings, config.requestHandler)),
  }
}

async function clientConfig(settings: AwsSettings) {
  const { accessKeyId, secretAccessKey, sessionToken } = settings.keys
  return {
    // A retry would send a spent token code again.
    maxAttempts: 1,
    region: settings.region,
    // From it the SDK reads endpoint_url, services, FIPS and dual-stack settings.
    profile: settings.profile,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestHandler: await requestHandler(settings.caBundle, settings.endpoint !== undefined),
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  } satisfies STSClientConfig
}

type IamCalls = Pick<
  Aws,
  'listMfaDevices' | 'createVirtualDevice' | 'enableDevice' | 'removeDevice'
>

function iamCalls(config: Awaited<ReturnType<typeof clientConfig>>): IamCalls {
  const sdk = async () => {
    const iam = await import('@aws-sdk/client-iam')
    return { ...iam, client: new iam.IAMClient(config) }
  }
  return {
    listMfaDevices: async () => {
      const { client, ListMFADevicesCommand } = await sdk()
      const { MFADevices } = await call(async () => client.send(new ListMFADevicesCommand({})))
      if (MFADevices === undefined) throw notAws('no list of devices in the answer')
      return MFADevices.flatMap(({ SerialNumber }) => SerialNumber ?? [])
    },
    createVirtualDevice: async (name) => {
      const { client, CreateVirtualMFADeviceCommand } = await sdk()
      const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
      const { VirtualMFADevice: made } = await call(async () => client.send(command))
      if (!made?.SerialNumber || !made.Base32StringSeed) throw notAws('no device in the answer')
      return {
        serialNumber: made.SerialNumber,
        seed: new TextDecoder().decode(made.Base32StringSeed),
      }
    },
    enableDevice: async ({ userName, serialNumber, codes }) => {
      const { client, EnableMFADeviceCommand } = await sdk()
      const command = new EnableMFADeviceCommand({
        UserName: userName,
        SerialNumber: serialNumber,
        AuthenticationCode1: codes[0],
        AuthenticationCode2: codes[1],
      })
      await call(async () => client.send(command))
    },
    removeDevice: async ({ userName, serialNumber }) => {
      const { client, DeactivateMFADeviceCommand, DeleteVirtualMFADeviceCommand } = await sdk()
      const device = { SerialNumber: serialNumber }
      const away = new DeactivateMFADeviceCommand({ UserName: userName, ...device })
      await call(async () => client.send(away))
      // A hardware token has a serial number of its own and is nothing IAM could delete.
      if (!serialNumber.startsWith('arn:')) return
      await call(async () => client.send(new DeleteVirtualMFADeviceCommand(device)))
    },
  }
}

function sessionIn({ Credentials }: GetSessionTokenCommandOutput): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  const isWhole = AccessKeyId && SecretAccessKey && SessionToken && Expiration
  if (!isWhole || Number.isNaN(Expiration.getTime())) throw notAws('no session in the answer')
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration.toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}

interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

async function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw error instanceof AwsError ? error : asAwsError(error as SdkError)
  }
}

function asAwsError(error: SdkError): AwsError {
  const status = error.$metadata?.httpStatusCode
  // The XML reader's complaint: a proxy's or captive portal's page instead of AWS's answer.
  if (/deserialization error|is not expected/i.test(error.message) || error instanceof TypeError) {
    return notAws('the answer is not AWS’s; is a proxy or a captive portal in between?', status)
  }
  const code = status === undefined ? (error.code ?? error.name) : error.name
  // The SDK adds the suffix; AWS's own codes for IAM have none.
  return new AwsError(code.replace(/Exception$/, ''), error.message || code, status)
}

function notAws(message: string, status?: number): AwsError {
  return new AwsError('NotAws', message, status)
}
