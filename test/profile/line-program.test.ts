/** What a credential_process line starts, on every platform. */
import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/context.ts'
import { programPaths } from '../../src/platform/process/find-program.ts'
import { lineProgram, scriptOfShim, shortenWhereNeeded } from '../../src/profile/line-program.ts'
import { NPM_SHIM } from '../support/npm-shim.ts'
import { hasQuotedPath, isOurProcess, processLine } from '../../src/profile/process-line.ts'

const NODE = 'C:\\Program Files\\nodejs\\node.exe'
const NPM = 'C:\\Users\\First Last\\AppData\\Roaming\\npm'
const SCRIPT = `${NPM}\\node_modules\\mfa-login\\bin\\mfa-login.js`
interface Machine {
  readonly PATH?: string
  /** The texts of files. */
  readonly files?: Readonly<Record<string, string>>
  /** Files that are the same, as a link makes them. */
  readonly same?: Readonly<Record<string, string>>
  readonly short?: Readonly<Record<string, string>>
  readonly self?: readonly string[]
}

async function lineOn({ PATH = '', files = {}, same = {}, short = {}, self }: Machine) {
  const program = await lineProgram({
    platform: 'win32',
    findProgram: (name) => programPaths(name, { PATH }, 'win32').find((path) => path in files),
    self: self ?? [NODE, SCRIPT],
    launcher: [],
    shortPath: (path) => Promise.resolve(short[path] ?? path),
    files: {
      read: (path) => Promise.resolve(files[path]),
      fingerprint: (path) => Promise.resolve({ id: same[path] ?? path, isSettled: true }),
    } as Pick<Context['files'], 'read' | 'fingerprint'> as Context['files'],
  })
  return processLine(program, 'work')
}

const SHORT = {
  [NODE]: 'C:\\PROGRA~1\\nodejs\\node.exe',
  [SCRIPT]: 'C:\\Users\\FIRSTL~1\\AppData\\Roaming\\npm\\NODE_M~1\\MFA-LO~1\\bin\\MFA-LO~1.JS',
}
const SHORT_LINE =
  'C:\\PROGRA~1\\nodejs\\node.exe ' +
  'C:\\Users\\FIRSTL~1\\AppData\\Roaming\\npm\\node_modules\\mfa-login\\bin\\mfa-login.js ' +
  'credential-process --profile work'

describe('on Windows, the line', () => {
  const shim = { [`${NPM}\\mfa-login.cmd`]: NPM_SHIM }

  it('is the shim where PATH has it and it starts this installation', async () => {
    const line = 'mfa-login.cmd credential-process --profile work'
    expect(await lineOn({ PATH: `C:\\x;${NPM}`, files: shim })).toBe(line)
    expect(await lineOn({ PATH: `C:\\x;"${NPM}"`, files: shim })).toBe(line)
    const clone = 'D:\\mfa login\\bin\\mfa-login.js'
    expect(
      await lineOn({ PATH: NPM, files: shim, self: [NODE, clone], same: { [clone]: SCRIPT } }),
    ).toBe(line)
  })

  it('has short names where PATH has no shim, or another one first', async () => {
    expect(await lineOn({ short: SHORT })).toBe(SHORT_LINE)
    const other = { 'D:\\old\\mfa-login.cmd': NPM_SHIM, ...shim }
    expect(await lineOn({ PATH: `D:\\old;${NPM}`, files: other, short: SHORT })).toBe(SHORT_LINE)
    const unknown = { [`${NPM}\\mfa-login.cmd`]: '@volta run %~n0 %*' }
    expect(await lineOn({ PATH: NPM, files: unknown, short: SHORT })).toBe(SHORT_LINE)
  })

  it('has quotation marks where the disk has no short names', async () => {
    const line = await lineOn({})
    expect(line).toBe(`"${NODE}" "${SCRIPT}" credential-process --profile work`)
    expect(hasQuotedPath(line)).toBe(true)
    expect(hasQuotedPath(SHORT_LINE)).toBe(false)
  })

  it('has no quotation marks around a path without blanks', async () => {
    const self = ['C:\\node\\node.exe', 'C:\\npm\\node_modules\\mfa-login\\bin\\mfa-login.js']
    expect(await lineOn({ self })).toBe(`${self.join(' ')} credential-process --profile work`)
  })

  it('is refused where a path has what the SDKs read in different ways', async () => {
    for (const folder of ['100%', 'a#b', 'a;b'])
      await expect(lineOn({ self: [`C:\\${folder}\\mfa-login.exe`] })).rejects.toThrow(folder)
  })

  it('has parentheses and other letters of names as they are', async () => {
    const self = ["C:\\Programme(x86)\\O'Brien\\홍길동\\mfa-login.exe"]
    expect(await lineOn({ self })).toBe(`${self[0]} credential-process --profile work`)
  })

  it('has quotation marks around a profile with blanks only', () => {
    const line = processLine({ platform: 'win32', words: ['mfa-login.cmd'] }, 'my work')
    expect(line).toBe('mfa-login.cmd credential-process --profile "my work"')
    expect(hasQuotedPath(line)).toBe(false)
  })

  it('is known as one of ours, of every version', async () => {
    for (const line of [
      `"${NODE}" "${SCRIPT}" credential-process --profile work`,
      SHORT_LINE,
      await lineOn({ PATH: NPM, files: shim }),
      'C:\\tools\\mfa-login.exe credential-process --profile work',
    ])
      expect(isOurProcess(line), line).toBe(true)
  })
})

it('elsewhere, the line has the launcher, unless its path is special', async () => {
  const context = {
    platform: 'linux',
    findProgram: () => undefined,
    shortPath: (path: string) => Promise.resolve(path),
  }
  const program = async (launcher: string) =>
    lineProgram({
      ...context,
      files: {} as Context['files'],
      self: ['/usr/bin/node', '/opt/my bin/mfa-login.js'],
      launcher: [launcher],
    })
  const line = '/usr/bin/node "/opt/my bin/mfa-login.js" credential-process --profile work'
  expect(processLine(await program('/bin/launcher'), 'work')).toBe(`/bin/launcher ${line}`)
  expect(processLine(await program('/$bin/launcher'), 'work')).toBe(line)
})

it('a short name replaces only the names that need it', () => {
  expect(shortenWhereNeeded('C:\\a b\\mfa-login', 'C:\\AB~1\\MFA-LO~1')).toBe('C:\\AB~1\\mfa-login')
  expect(shortenWhereNeeded('C:\\a b\\c', 'nonsense')).toBe('C:\\a b\\c')
})

it('a shim of pnpm leads up from its folder', () => {
  const text =
    '@IF EXIST "%~dp0\\node.exe" (\r\n  "%~dp0\\node.exe"  "%~dp0\\..\\lib\\mfa-login.js" %*\r\n'
  expect(scriptOfShim(text, 'C:\\bin\\mfa-login.CMD')).toBe('C:\\lib\\mfa-login.js')
})
