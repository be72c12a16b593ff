/** What must hold at each moment: of the keys at AWS, in the files, the backups, the keyring and the journal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Journal } from '../../src/keys/journal.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { inKeyring } from '../support/keyring.ts'
import type { Sandbox } from '../support/sandbox.ts'

type Values = ReadonlyMap<string, string>

export class World {
  readonly box: Sandbox
  readonly hasKeyring: boolean
  /** Every key that AWS ever had. */
  readonly secrets = new Map<string, string>()
  /** Keys that the test removed with `keys remove`. */
  readonly removed = new Set<string>()
  /** Keys that only the keyring has: their secret must not come back to a file. */
  readonly #stored = new Set<string>()

  constructor(box: Sandbox, hasKeyring: boolean) {
    this.box = box
    this.hasKeyring = hasKeyring
  }

  /** Returns what is wrong. While `mayRestore`, secrets may come out of the keyring. */
  problem(mayRestore: boolean): string | undefined {
    for (const { accessKeyId, secretAccessKey } of this.box.user.keys) {
      this.secrets.set(accessKeyId, secretAccessKey)
    }
    const sections = this.#sections()
    return (
      this.#mixedSection(sections) ?? this.#lostKey(sections) ?? this.#leak(sections, mayRestore)
    )
  }

  /** A person wrote one key to a file again, and gives up the others. */
  giveBack(accessKeyId: string): void {
    this.#stored.delete(accessKeyId)
    this.removed.clear()
    for (const { accessKeyId: id, status } of this.box.user.keys)
      if (status === 'Active' && id !== accessKeyId) this.removed.add(id)
  }

  /** The IDs that the files name for the profile work. */
  named(): string[] {
    const own = ['work', 'work-long-term', 'profile work']
    return this.#sections().flatMap(([header, values]) =>
      own.includes(header) ? idsIn(values) : [],
    )
  }

  journals(): Partial<Journal>[] {
    const folder = this.box.path('mfa-login/rotations')
    if (!existsSync(folder)) return []
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.map(
      (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Partial<Journal>,
    )
  }

  isLocked(): boolean {
    return ['.', 'mfa-login/rotations', 'mfa-login/cache']
      .map((name) => this.box.path(name))
      .filter((folder) => existsSync(folder))
      .some((folder) => readdirSync(folder).some((name) => name.endsWith('.mfa-login-lock')))
  }

  #sections(): [string, Values][] {
    return ['credentials', 'config'].flatMap((name) => {
      const file = parseIni(this.box.read(name))
      if (file.problems.length > 0) throw new Error(`${name} is damaged`)
      return file.sections.map(({ header, values }): [string, Values] => [header, values])
    })
  }

  #mixedSection(sections: readonly [string, Values][]): string | undefined {
    for (const [header, values] of sections) {
      const id = values.get('aws_access_key_id')
      const secret = values.get('aws_secret_access_key')
      const isLongTerm = id !== undefined && this.secrets.has(id)
      const hasToken = values.has('aws_session_token')
      if (hasToken && (isLongTerm || values.has('mfa_login_access_key_id')))
        return `[${header}] has a long-term key and a token`
      if (isLongTerm && secret !== this.secrets.get(id)) return `[${header}] mixes two keys`
      if (hasToken && [...this.secrets.values()].includes(secret ?? ''))
        return `[${header}] has a long-term secret and a token`
    }
    return undefined
  }

  #lostKey(sections: readonly [string, Values][]): string | undefined {
    const journals = this.journals()
    const isHere = (id: string): boolean =>
      sections.some(([, values]) => values.get('aws_access_key_id') === id) ||
      journals.some(({ newKeyId, newSecret }) => newKeyId === id && newSecret !== undefined) ||
      this.inKeyring(id) === this.secrets.get(id)
    // A rotation replaced it, and deletes it next.
    const isReplaced = (id: string): boolean =>
      journals.some(({ oldKeyId, newKeyId }) => oldKeyId === id && newKeyId && isHere(newKeyId))
    // AWS has created it; its secret is on its way to the journal, and the old key is where it was.
    const isBeingCreated = (id: string): boolean =>
      journals.some(
        ({ newKeyId, knownKeyIds = [], oldKeyId = '' }) =>
          newKeyId === undefined &&
          !knownKeyIds.includes(id) &&
          (isHere(oldKeyId) || this.removed.has(oldKeyId)),
      )
    const lost = this.box.user.keys.find(
      ({ accessKeyId: id, status }) =>
        status === 'Active' &&
        !this.removed.has(id) &&
        !isHere(id) &&
        !isReplaced(id) &&
        !isBeingCreated(id),
    )
    return lost && `the key ${lost.accessKeyId} is lost`
  }

  #leak(sections: readonly [string, Values][], mayRestore: boolean): string | undefined {
    if (mayRestore) {
      this.#stored.clear()
      return undefined
    }
    const marked = new Set(sections.flatMap(([, values]) => values.get('mfa_login_access_key_id')))
    const plain = new Set(sections.flatMap(([, values]) => values.get('aws_access_key_id')))
    const back = [...this.#stored].find((id) => this.#filesWith(this.secrets.get(id)!).length > 0)
    if (back !== undefined)
      return `the key ${back} is back in ${this.#filesWith(this.secrets.get(back)!).join(', ')}`
    for (const id of marked) if (id !== undefined && !plain.has(id)) this.#stored.add(id)
    return undefined
  }

  /** Also what killed processes left; but not the journal, which has the secret of a key that no section has. */
  #filesWith(secret: string): string[] {
    return readdirSync(this.box.path('.'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .filter((name) => readFileSync(this.box.path(name), 'utf8').includes(secret))
  }

  /** Reads the keyring with another program. */
  inKeyring(id: string): string | undefined {
    if (!this.hasKeyring) return undefined
    return inKeyring(this.box, id)
  }
}

function idsIn(values: Values): string[] {
  if (values.has('aws_session_token')) return []
  return [values.get('aws_access_key_id'), values.get('mfa_login_access_key_id')].filter(
    (id) => id !== undefined,
  )
}
