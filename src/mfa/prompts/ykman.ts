import { isTokenCode, normalizeCode } from '../token-code.ts'
import { ALL_PLATFORMS, type CodePrompt } from './code-prompt.ts'
import { openProgram, typedOrFailure, type PromptProgram } from './program.ts'

/** The variable of aws-vault that names the account. */
const ACCOUNT = 'YKMAN_OATH_CREDENTIAL_NAME'

/** YubiKey Manager: the code of an OATH account on a YubiKey. */
export const ykman: CodePrompt<'ykman'> = {
  name: 'ykman',
  platforms: ALL_PLATFORMS,
  isConfigured: ({ env, keyAccount }) => (keyAccount ?? env[ACCOUNT]) !== undefined,
  open: async (context, request) => {
    const { env } = context
    const account = request.keyAccount ?? env[ACCOUNT] ?? request.serialNumber
    const device = env.YKMAN_OATH_DEVICE_SERIAL
    return openProgram(() => ykmanProgram({ account, device }))(context, request)
  },
}

/**
 * `account` names the OATH account; `device` is the serial number of the key, needed only if several are plugged
 * in. Versions before 4 have no `accounts` (release notes of YubiKey Manager).
 */
export function ykmanProgram(
  key: { account: string; device: string | undefined },
  isOld = false,
): PromptProgram {
  const device = key.device === undefined ? [] : ['--device', key.device]
  const code = isOld ? ['oath', 'code'] : ['oath', 'accounts', 'code']
  return {
    command: ['ykman', ...device, ...code, '--single', key.account],
    // It says there when to touch the key, and asks for the password of the key.
    usesTerminal: true,
    result: (end) => {
      if (end.code === 2 && /no such command/i.test(end.stderr) && !isOld)
        return { kind: 'instead', program: ykmanProgram(key, true) }
      const result = typedOrFailure(end)
      if (result.kind !== 'typed' || isTokenCode(normalizeCode(result.text))) return result
      return { kind: 'unavailable', reason: 'it printed no six-digit code' }
    },
  }
}
