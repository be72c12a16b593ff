/** Windows starts batch files through cmd, which must not change their arguments. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { Failure } from '../../../src/failure.ts'
import { batchArguments } from '../../../src/platform/process/batch-command.ts'
import { converse } from '../../../src/platform/process/converse.ts'
import { programPaths } from '../../../src/platform/process/find-program.ts'
import { run } from '../../../src/platform/process/processes.ts'

describe('the paths of a program', () => {
  const windows = { Path: '"C:\\a b";C:\\c\\;;', PathExt: '.EXE;.CMD' }

  test.each([
    ['aws', ['C:\\a b\\aws.exe', 'C:\\a b\\aws.cmd', 'C:\\c\\aws.exe', 'C:\\c\\aws.cmd']],
    ['C:aws', ['C:aws.exe', 'C:aws.cmd', 'C:aws']],
    ['./run', ['.\\run.exe', '.\\run.cmd', '.\\run']],
    ['C:\\x\\run.CMD', ['C:\\x\\run.CMD', 'C:\\x\\run.CMD.exe', 'C:\\x\\run.CMD.cmd']],
    ['', []],
  ])('are those of Windows for %j', (program, paths) => {
    expect(programPaths(program, windows, 'win32')).toEqual(paths)
  })

  it('are those of POSIX elsewhere', () => {
    for (const platform of ['linux', 'darwin']) {
      expect(programPaths('aws', { PATH: '/a::/b' }, platform)).toEqual([
        '/a/aws',
        './aws',
        '/b/aws',
      ])
      expect(programPaths('./aws', { PATH: '/a' }, platform)).toEqual(['./aws'])
      expect(programPaths('aws', {}, platform)).toEqual(['./aws'])
    }
  })

  it('have the usual endings where PATHEXT is missing', () => {
    const paths = programPaths('aws', { PATH: 'C:\\a' }, 'win32')
    expect(paths).toEqual(['com', 'exe', 'bat', 'cmd'].map((each) => `C:\\a\\aws.${each}`))
  })
})

const SPECIAL = ['&', '|', '<', '>', '^', '%', '"', '!', ' ', '\\', '\\\\', '(', ')', ',', ';', '=']
const WORDS = [
  'PATH',
  '%PATH%',
  'cd:~,',
  '" & echo ',
  'a',
  '--x=',
  'é',
  '홍',
  '😀',
  "'",
  '`',
  '*',
  '?',
]
const argument = fc
  .array(fc.constantFrom(...SPECIAL, ...WORDS), { maxLength: 8 })
  .map((parts) => parts.join(''))
const argumentLists = fc.array(argument, { maxLength: 6 })

/** What cmd finds in a line that it is to run: the values of variables, and no second command. */
function readByCmd(line: string): string {
  const values: Readonly<Record<string, string>> = { PATH: 'C:\\x', 'cd:~,': '' }
  const names = Object.keys(values).join('|')
  const expanded = line.replace(new RegExp(`%(${names})%`, 'g'), (_, name: string) => values[name]!)
  const unquoted = expanded.split('"').filter((_, index) => index % 2 === 0)
  expect(unquoted.join('')).not.toMatch(/[&|<>^%!()]/)
  return expanded
}

/** How a program of Windows reads its command line (Microsoft, "Parsing C command-line arguments"). */
function readByProgram(line: string): string[] {
  let [word, isQuoted, isEscaped] = ['', false, false]
  const tokens = Array.from(line.matchAll(/\\+(?=")|[^]/gu), ([token]) => token)
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!
    const isBeforeMark = tokens[at + 1] === '"'
    if (token.startsWith('\\') && isBeforeMark) {
      word += token.slice(0, token.length / 2)
      isEscaped = token.length % 2 === 1
    } else if (token === '"' && (isEscaped || (isQuoted && isBeforeMark))) {
      at += isEscaped ? 0 : 1
      word += token
      isEscaped = false
    } else if (token === '"') {
      isQuoted = !isQuoted
      word += EMPTY
    } else word += token === ' ' && !isQuoted ? BLANK : token
  }
  return word
    .split(BLANK)
    .filter((each) => each !== '')
    .map((each) => each.replaceAll(EMPTY, ''))
}
/** Marks a word that has quotation marks, but no text. */
const EMPTY = '\0'
/** Ends a word. */
const BLANK = '\n'

describe('a batch file', () => {
  it('gets each argument, through cmd and a program that is given %*', () => {
    const script = 'C:\\100% of R&D\\it.cmd'
    const check = (args: string[]): void => {
      const line = /^\/d \/e:ON \/v:OFF \/s \/c "(.*)"$/s.exec(batchArguments(script, args))![1]!
      expect(readByProgram(readByCmd(line))).toEqual([script, ...args])
    }
    fc.assert(fc.property(argumentLists, check), { numRuns: 2000 })
  })

  it('gets plain arguments without quotation marks, as batch files compare them', () => {
    expect(batchArguments('C:\\a.cmd', ['deploy', '--stage=x', '-p', 'C:\\b'])).toBe(
      String.raw`/d /e:ON /v:OFF /s /c ""C:\a.cmd" deploy "--stage=x" -p C:\b"`,
    )
  })
})

/** As npm's cmd-shim writes it (lib/index.js, version 7). */
const NPM_SHIM = String.raw`@ECHO off
GOTO start
:find_dp0
SET dp0=%~dp0
EXIT /b
:start
SETLOCAL
CALL :find_dp0

IF EXIST "%dp0%\node.exe" (
  SET "_prog=%dp0%\node.exe"
) ELSE (
  SET "_prog=node"
  SET PATHEXT=%PATHEXT:;.JS;=;%
)

endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%"  "%dp0%\argv.js" %*
`

describe.runIf(process.platform === 'win32')('on Windows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mfa-login 홍 '))
  const { PATH: inherited = '', ...others } = process.env
  const env = { ...others, Path: [dirname(process.execPath), folder, inherited].join(';') }
  const limit = { milliseconds: 60_000, failure: new Failure('noCodeSource', 'late') }
  const print = 'console.log(JSON.stringify(process.argv.slice(2)))'

  beforeAll(() => {
    mkdirSync(join(folder, 'directory.exe'))
    // npm's shim does not work in such a folder.
    mkdirSync(join(folder, 'R&D (x86)'))
    const write = (name: string, text: string): void =>
      writeFileSync(join(folder, name), text.replaceAll('\n', '\r\n'))
    write('argv.js', print)
    write('shim', '#!/bin/sh\nexit 1\n')
    write('shim.cmd', NPM_SHIM)
    const batch = '@node "%~dp0argv.js" %*\n@exit /b %ERRORLEVEL%\n'
    write('batch.bat', batch)
    write('R&D (x86)/batch.bat', batch)
    write('R&D (x86)/argv.js', print)
    write('first.cmd', '@if "%1"=="deploy" exit /b 7\n')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))

  test.each(['shim', 'batch.bat', `${folder}\\R&D (x86)\\batch`])(
    '%s gets each argument',
    async (program) => {
      const check = async (args: string[]): Promise<void> => {
        const { stdout } = await converse([program, ...args], { env, limit })
        expect(JSON.parse(stdout)).toEqual(args)
      }
      await fc.assert(fc.asyncProperty(argumentLists, check), { numRuns: 12 })
    },
    300_000,
  )

  it('passes the exit code on, and plain arguments as a batch file compares them', async () => {
    expect((await converse(['first', 'deploy'], { env, limit })).code).toBe(7)
    expect((await converse(['first', 'other'], { env, limit })).code).toBe(0)
    expect(await run(['first', 'deploy'], { env })).toBe(7)
  })

  it('refuses what it cannot start or pass on', async () => {
    const missing = converse(['no-such-program'], { env, limit })
    await expect(missing).rejects.toMatchObject({ exit: 'notFound', hint: 'check PATH' })
    await expect(converse(['package.json'], { env, limit })).rejects.toMatchObject({
      hint: String.raw`check PATH; in this folder it is .\package.json`,
    })
    await expect(converse(['directory'], { env, limit })).rejects.toMatchObject({
      exit: 'notFound',
    })
    await expect(converse(['shim', 'a\nb'], { env, limit })).rejects.toThrow('no line break')
  })
})
