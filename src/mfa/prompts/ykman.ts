import { typed, unable, type Asking } from './asking.ts'
import { isTokenCode, normalizeCode } from '../token-code.ts'

export interface KeyAccount {
  /** The name of the account on the key. */
  readonly name: string
  /** The serial number of the key, where several are plugged in. */
  readonly device: string | undefined
}

/** A YubiKey’s code, by YubiKey Manager; versions before 4 have no `accounts` (its release notes). */
export function ykman(account: KeyAccount, isOld = false): Asking {
  const device = account.device === undefined ? [] : ['--device', account.device]
  const code = isOld ? ['oath', 'code'] : ['oath', 'accounts', 'code']
  return {
    command: ['ykman', ...device, ...code, '--single', account.name],
    // It says there when the key is to be touched.
    talks: true,
    answer: (ended) => {
      if (ended.code === 2 && /no such command/i.test(ended.stderr) && !isOld)
        return { kind: 'instead', asking: ykman(account, true) }
      if (ended.code !== 0) return unable(ended)
      const answer = typed(ended.stdout)
      const isCode = answer.kind === 'typed' && isTokenCode(normalizeCode(answer.text))
      return isCode ? answer : { kind: 'unable', why: 'it printed no six-digit code' }
    },
  }
}
