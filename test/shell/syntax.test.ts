/** What we print, read back by the real shells; those that are not installed are skipped. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { syntaxOf, usualShell, type ShellName } from '../../src/shell/syntax.ts'
import { has } from '../support/programs.ts'

const NASTY = `a'b"c\\d$e\`f g;h&i|j\\'k`
const PRINT = `process.stdout.write(JSON.stringify([process.env.AAA, process.env.BBB]))`

const RUNNERS: readonly (readonly [ShellName, string, (file: string) => string[]])[] = [
  ['bash', 'bash', (file) => [file]],
  ['bash', 'dash', (file) => [file]],
  ['zsh', 'zsh', (file) => [file]],
  ['fish', 'fish', (file) => [file]],
  ['powershell', 'pwsh', (file) => ['-NoProfile', '-File', file]],
]

describe.each(RUNNERS)('%s, run by %s', (name, program, args) => {
  it.skipIf(!has(program, '-c', 'exit 0'))('sets and takes back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mfa-login-shell-'))
    const syntax = syntaxOf(name)
    const print = join(folder, 'print.cjs')
    const file = join(folder, name === 'powershell' ? 'script.ps1' : 'script')
    writeFileSync(print, PRINT)
    const lines = [syntax.set('AAA', NASTY), syntax.set('BBB', 'x'), syntax.unset('BBB')]
    writeFileSync(file, `${[...lines, `${process.execPath} ${print}`].join('\n')}\n`)
    const env = { PATH: process.env.PATH, HOME: folder }
    const output = execFileSync(program, args(file), { env, encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(JSON.parse(output)).toEqual([NASTY, null])
  })
})

describe('the likely shell', () => {
  it.each([
    ['linux', '/bin/bash', 'bash'],
    ['darwin', '/bin/zsh', 'bash'],
    ['linux', '/usr/bin/fish', 'fish'],
    ['linux', undefined, 'bash'],
    ['win32', undefined, 'powershell'],
  ] as const)('on %s with %s is %s', (platform, shell, expected) => {
    expect(usualShell(platform, shell)).toBe(expected)
  })
})
