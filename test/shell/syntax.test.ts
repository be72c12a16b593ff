/** What we print, read back by the real shells; those that are not installed are skipped. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { syntaxOf, usualShell, type ShellName } from '../../src/shell/syntax.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
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

/** What a session and its region look like, with every character that they may have. */
const VALUES = {
  AAA: 'aZ09+/=',
  BBB: '2026-01-01T00:00:00Z',
  CCC: 'eu-west-1',
  DDD: 'a_b.c@d,e%f:g',
}
const PRINT_ALL = `process.stdout.write(JSON.stringify(['AAA','BBB','CCC','DDD'].map((n) => process.env[n])))`
const PYTHON = `import dotenv, json, sys
v = dotenv.dotenv_values(sys.argv[1]); print(json.dumps([v[n] for n in ('AAA', 'BBB', 'CCC', 'DDD')]))`

describe('dotenv', () => {
  const set = (name: string, value: string): string => syntaxOf('dotenv').set(name, value)
  const node = process.execPath
  const readers: [string, string, (file: string) => string[]][] = [
    ['source in bash', 'bash', (file) => ['-c', `set -a; . ${file}; ${node} -e "${PRINT_ALL}"`]],
    ['source in dash', 'dash', (file) => ['-c', `set -a; . ${file}; ${node} -e "${PRINT_ALL}"`]],
    ['node --env-file', node, (file) => [`--env-file=${file}`, '-e', PRINT_ALL]],
    ['python-dotenv', 'python3', (file) => ['-c', PYTHON, file]],
  ]

  const isShell = (program: string): boolean => ['bash', 'dash'].includes(program)
  const here = readers.filter(([, program]) => !(isShell(program) && notOnWindows('POSIX shell')))

  it.each(here)('is read back by %s', (reader, program, args) => {
    if (reader === 'python-dotenv' && !has('python3', '-c', 'import dotenv')) return
    const folder = mkdtempSync(join(tmpdir(), 'mfa-login-shell-'))
    const file = join(folder, 'env')
    const lines = Object.entries(VALUES).map(([name, value]) => `${set(name, value)}\n`)
    writeFileSync(file, lines.join(''))
    const output = execFileSync(program, args(file), { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(JSON.parse(output)).toEqual(Object.values(VALUES))
  })

  // What Docker takes as it is: the whole rest of the line.
  it.each(Object.entries(VALUES))(
    'has nothing but the value behind the name: %s',
    (name, value) => {
      expect(set(name, value)).toBe(`${name}=${value}`)
    },
  )
})

describe.each(['dotenv', 'cmd'] as const)('%s', (name) => {
  it('has no way to write what its readers take apart, and shows no value', () => {
    const characters = `"'\`$;&|<>^!#*?~{}[]\n\r\0é${name === 'cmd' ? '%' : ' \\()'}`
    for (const character of characters) {
      const write = () => syntaxOf(name).set('AWS_REGION', `us-east-1${character}x`)
      expect(write, JSON.stringify(character)).toThrow(
        `The value of AWS_REGION has characters that readers of ${name} understand in different ways.`,
      )
    }
  })

  it('writes a session', () => {
    const line = syntaxOf(name).set('AWS_SESSION_TOKEN', 'IQoJ+/=')
    expect(line).toBe(
      { dotenv: 'AWS_SESSION_TOKEN=IQoJ+/=', cmd: 'set "AWS_SESSION_TOKEN=IQoJ+/="' }[name],
    )
  })
})

it('cmd takes a path of Windows as it is in quotes', () => {
  const path = String.raw`C:\Program Files (x86)\ca.pem`
  expect(syntaxOf('cmd').set('AWS_CA_BUNDLE', path)).toBe(`set "AWS_CA_BUNDLE=${path}"`)
})

it('PowerShell takes typographic quotes for quotes', () => {
  const line = syntaxOf('powershell').set('AAA', 'a’; calc; ‘b')
  expect(line).toBe("$Env:AAA = 'a’’; calc; ‘‘b'")
})

describe('the likely shell', () => {
  it.each([
    ['linux', '/bin/bash', 'bash'],
    ['darwin', '/bin/zsh', 'bash'],
    ['linux', '/usr/bin/fish', 'fish'],
    ['linux', undefined, 'bash'],
    ['win32', undefined, 'powershell'],
  ] as const)('on %s with %s is %s', (platform, shell, expected) => {
    expect(usualShell({ platform, env: { SHELL: shell } })).toBe(expected)
  })
})
