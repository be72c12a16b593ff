/** All PowerShell code that is printed or run is understood by a grammar of PowerShell. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { encodingFailure } from '../../src/failure.ts'
import { powershellProgram } from '../../src/mfa/prompts/powershell.ts'
import { initScript } from '../../src/shell/init.ts'
import { quotePowershell } from '../../src/shell/quote.ts'
import { evaluate, fillInShell, lines, syntaxOf } from '../../src/shell/syntax.ts'
import { syntaxErrors } from '../support/powershell-grammar.ts'

test.each([
  'if (1) {',
  "$Env:A = 'it's'",
  '$x = @{ a = @(1 }',
  'Register-ArgumentCompleter -Native -ScriptBlock { param($a',
  '[A.B]::Call($x',
  'try { 1 }}',
])('the grammar finds what is wrong in %s', (code) => {
  expect(syntaxErrors(code)).not.toEqual([])
})

const NASTY = Array.from(`a'"\`$(){}@;|&<>#%\\ ‘’“”\n`)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const nasty = fc.string({ unit: fc.constantFrom(...NASTY), maxLength: 12 })
/** In words without quotation marks, PowerShell reads some of these as numbers and operators. */
const signs = fc.string({ unit: fc.constantFrom(...Array.from('a1_.:/\\=+-')), maxLength: 4 })
const value = fc.oneof(text, nasty, signs)

describe('the grammar understands', () => {
  const syntax = syntaxOf('powershell')

  it('the script of shell-init, wherever the program is', async () => {
    const commands = await Promise.all(
      Object.entries(COMMANDS).map(async ([name, { summary, load }]) => {
        return { ...(await load()).default, name, summary }
      }),
    )
    const places = ["C:\\Program Files (x86)\\it's $here\\‘a’ `b.exe", '']
    expect(syntaxErrors(initScript('powershell', places, commands))).toEqual([])
  })

  it('variables with any value', () => {
    const check = (each: string): void => {
      const code = [syntax.set('A', each), syntax.show('B', each), syntax.unset('A')]
      expect(syntaxErrors(lines(code))).toEqual([])
    }
    fc.assert(fc.property(value, check), { numRuns: 500 })
  })

  it('words of a command, and programs of any name', () => {
    const check = (each: string): void => {
      const word = syntax.quote(each)
      expect(syntaxErrors(lines([`mfa-login --profile ${word}`, `& ${word}`]))).toEqual([])
    }
    fc.assert(fc.property(value, check), { numRuns: 500 })
  })

  it('each value as one text', () => {
    const check = (each: string): void => {
      // Outside of a text, this would be an error.
      expect(syntaxErrors(`$x = ${quotePowershell(each)} + ${quotePowershell(each)}`)).toEqual([])
    }
    fc.assert(fc.property(value, check), { numRuns: 500 })
  })

  it('the lines that are shown to people', () => {
    expect(syntaxErrors(evaluate('powershell', 'mfa-login env --profile work'))).toEqual([])
    const bytes = Buffer.from('\u{FEFF}a')
    const failure = encodingFailure("C:\\Users\\O'Brien & Co\\.aws\\config", bytes)
    const hint = fillInShell(
      { platform: 'win32', env: {}, parentProgram: undefined },
      failure.hint!,
    )
    const [, script = ''] = /^powershell -Command "(\[IO\.File\].*)"$/.exec(hint) ?? []
    for (const code of [hint, script]) expect(syntaxErrors(code)).toEqual([])
    expect(script).not.toBe('')
  })

  it('the script of the dialog', () => {
    const question = { profile: 'work', serialNumber: 'arn', problem: undefined, seconds: 55 }
    for (const yieldsToConsole of [true, false]) {
      const script = powershellProgram(question, { yieldsToConsole }).command.at(-1)!
      expect(syntaxErrors(script)).toEqual([])
      expect(syntaxErrors(script.slice(0, -1))).not.toEqual([])
    }
  })
})
