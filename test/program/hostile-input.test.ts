/** Input that may be hostile: profile names and what mfa_process prints. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { cli } from '../../src/cli/dispatch.ts'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { realContext } from '../../src/platform/real-context.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

/** Every file of the home with its content. */
function snapshot(home: string): string[] {
  return readdirSync(home, { recursive: true })
    .map((name) => `${home}/${String(name)}`)
    .map((path) => (statSync(path).isFile() ? `${path} ${readFileSync(path, 'latin1')}` : path))
}

const REFUSED = [
  '',
  ' ',
  'a  b',
  'a\nb',
  'a\r\n[evil]\nregion = x',
  'work]\n[evil',
  '\u0000',
  '\u001B[2J',
  '\u202Ework',
  '-p',
  '--undo',
  '__proto__',
  'constructor',
  'prototype',
  'a"b',
  "a'b",
  'a;id',
  'a|id',
  '$(id)',
  '`id`',
  'a\\b',
  '*',
  '😀',
  '%s%n\u0007',
  `a${' '.repeat(10_000)}b`,
  '\u0000'.repeat(10_000),
]
/** Names that SDKs accept and that look like paths. The name of a profile never names a file. */
const STRANGE = [
  '../../../etc/passwd',
  '/etc/passwd',
  '..',
  '.',
  'a/../../b',
  'a b',
  'é',
  'toString',
  'hasOwnProperty',
  '%2e%2e',
  'a'.repeat(10_000),
]

/** The other arguments of each command, so that it gets to the profile name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  exec: ['--', 'true'],
  'device remove': ['--serial', 'GAHT12345678', '--yes'],
  'policy check': ['--live'],
  'policy apply': ['--group', 'g', '--yes'],
  'policy remove': ['--group', 'g', '--yes'],
  use: ['--shell', 'bash'],
}

async function takingProfiles(): Promise<string[]> {
  const names = Object.keys(COMMANDS)
  const loaded = await Promise.all(names.map(async (name) => COMMANDS[name]!.load()))
  return names.filter((_, index) => 'profile' in loaded[index]!.default.options)
}

/** Runs the program inside this process, as hundreds of processes would take too long. */
async function runHere(box: Sandbox, args: readonly string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', '']
  const context = {
    ...realContext({ self: [], manifest: () => '{}', folders: [] }),
    env: box.env,
    home: box.home,
    print: (text: string) => void (stdout += text),
    info: (line: string) => void (stderr += `${line}\n`),
    openTerminal: () => Promise.resolve(undefined),
  }
  return { code: await cli(args, context), stdout, stderr }
}

describe('a profile name', () => {
  test.each(REFUSED.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
    '%s is refused by every command, which changes no file',
    async (_, name) => {
      const box = await sandbox()
      const before = snapshot(box.home)
      const commands = await takingProfiles()
      expect(commands.length).toBeGreaterThan(15)
      for (const command of commands) {
        const args = [...command.split(' '), `--profile=${name}`, ...(ARGUMENTS[command] ?? [])]
        const { code, stdout, stderr } = await runHere(box, args)
        expect({ command, code, stdout }).toEqual({ command, code: 2, stdout: '' })
        expect(stderr.trim().split('\n'), command).toHaveLength(1)
        expect(stderr.length).toBeLessThan(500)
      }
      const to = await runHere(box, ['login', '--profile', 'work', `--to=${name}`])
      expect(to).toMatchObject({ code: 2, stdout: '' })
      expect(snapshot(box.home)).toEqual(before)
      expect(box.aws.requests).toEqual([])
    },
  )

  test.each(STRANGE.map((name) => [name.slice(0, 40), name]))(
    '%s leads to no other file',
    async (_, name) => {
      const box = await sandbox()
      const before = snapshot(box.home)
      for (const command of await takingProfiles()) {
        if (['status', 'logout', 'import'].includes(command)) continue
        const args = [...command.split(' '), `--profile=${name}`, ...(ARGUMENTS[command] ?? [])]
        const { code, stderr } = await runHere(box, args)
        const findings = command === 'doctor'
        expect({ command, code, stderr }).toEqual({
          command,
          code: findings ? 1 : 3,
          stderr: findings
            ? (expect.any(String) as string)
            : (expect.stringMatching(
                /no long-term keys|There is no profile|no credential_process|is not in/,
              ) as string),
        })
      }
      expect(snapshot(box.home)).toEqual(before)
      expect(box.aws.requests).toEqual([])
    },
  )

  it('that looks like a path is written to the files and removed by logout', async () => {
    const box = await sandbox()
    const before = box.read('credentials')
    const name = '../../../etc/passwd'
    const login = ['login', '--profile', 'work', '--to', name, '--token-code', box.code()]
    expect(await box.run(login)).toMatchObject({ code: 0 })
    expect(box.read('credentials')).toContain(`[${name}]\n`)
    expect((await box.run(['logout', '--profile', name])).code).toBe(0)
    expect(box.read('credentials')).toBe(before)
    const files = snapshot(box.home).map((each) => each.split(' ')[0])
    expect(files.some((path) => path!.includes('passwd'))).toBe(false)
  })
})

describe('mfa_process', () => {
  const login = ['login', '--profile', 'work', '--serial', 'GAHT12345678']
  const write = (box: Sandbox, script: string): void => {
    writeFileSync(`${box.home}/code.sh`, script)
    box.write(
      'config',
      `[profile work]\nregion = eu-west-1\nmfa_process = sh ${box.home}/code.sh\n`,
    )
  }

  test.skipIf(notOnWindows('POSIX shell')).each([
    ['bytes that are not text', 'head -c 3000 /dev/urandom'],
    // Messages of head and yes about the closed pipe may come at any time.
    ['megabytes', 'head -c 20000000 /dev/urandom 2>/dev/null'],
    ['codes without end', 'yes 123456 2>/dev/null'],
    ['escape sequences', String.raw`printf '\033[2J\033]0;owned\007123456\n'`],
    ['a code in a sentence', 'echo "Your code: 123456"'],
    ['a code on the second line', 'echo; echo 123456'],
    ['two codes in a line', 'echo 123456 234567'],
    ['numerals', 'echo 一二三四五六'],
    ['nothing', ':'],
    ['a code and fails', 'echo 123456; exit 1'],
    ['nothing and closes stdout', 'exec >&-; sleep 0.1'],
  ])('that prints %s gets one error line and causes no request', async (_, script) => {
    const box = await sandbox()
    write(box, script)
    const { code, stdout, stderr } = await box.run(login)
    expect(stderr).toMatch(/(^|\n)mfa-login: The command in mfa_process .+\n$/)
    expect(stderr).not.toMatch(/owned|123456/)
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(box.calls()).toEqual([])
  })

  test.skipIf(notOnWindows('POSIX shell')).each([
    ['without a newline', (code: string) => `printf ${code}`],
    [
      'slowly',
      (code: string) => `for c in $(echo ${code} | sed 's/./& /g'); do printf $c; sleep 0.05; done`,
    ],
    [
      'in two groups with CRLF',
      (code: string) => `printf '${code.slice(0, 3)} ${code.slice(3)}\\r\\nmore\\n'`,
    ],
    ['before many lines', (code: string) => `echo ${code}; seq 1 9000`],
  ])('that prints a code %s logs in', async (_, script) => {
    const box = await sandbox()
    box.freshStep(8000)
    write(box, script(box.code()))
    const serial = ['--serial', box.device.serialNumber]
    const { code, stderr } = await box.run(['login', '--profile', 'work', ...serial])
    expect(stderr).toContain('New session')
    expect(code).toBe(0)
  })
})

describe('a hostile device name', () => {
  const names = ['', 'a b', 'é', 'a/b', '../x', '\u001B[2J', 'a\nb', 'x'.repeat(257), '$(id)']
  test.each(names.map((name) => [JSON.stringify(name).slice(0, 30), name]))(
    '%s is refused',
    async (_, name) => {
      const box = await sandbox()
      const enroll = ['device', 'enroll', '--profile', 'work', `--name=${name}`]
      const serial = ['login', '--profile', 'work', `--serial=${name}`, '--token-code', '123456']
      for (const args of [enroll, serial]) {
        const { code, stdout, stderr } = await runHere(box, args)
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
        expect(stderr.trim().split('\n')).toHaveLength(1)
      }
      expect(box.aws.requests).toEqual([])
    },
  )
})

it('the built program refuses the same names', async () => {
  const box = await sandbox()
  const { code, stderr } = await box.run(['login', '--profile', 'a\n\u001B[2Jb'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^[\x20-\x7E’“”…]+\n$/)
  expect(existsSync(PROGRAM)).toBe(true)
})
