/** On Windows: the credential_process line that `setup` writes, run as each SDK runs it. */
import { spawn, type ChildProcessWithoutNullStreams, type SpawnOptions } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { NPM_SHIM } from '../support/npm-shim.ts'
import { outcomeOf, PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CREATE_PROCESS = join(ROOT, 'test/clients/create-process.js')
/** `test/clients/whoami.go`, built for Windows; docs/contributing/windows.md says how. */
const { MFA_LOGIN_TEST_GO_CLIENT: GO_CLIENT } = process.env

/** How the SDKs run a line: program, arguments, and whether they reach it as they are. */
const WAYS = {
  'JavaScript: cmd /d /s /c "LINE"': (line) => [['/d', '/s', '/c', `"${line}"`], true],
  // Node quotes arguments in the way of Go.
  'Go: cmd /C LINE, in quotation marks of its own': (line) => [['/C', line], false],
  '.NET: cmd /c LINE': (line) => [['/c', line], true],
  'Java: cmd /C "LINE"': (line) => [['/C', `"${line}"`], true],
} as const satisfies Readonly<Record<string, (line: string) => readonly [string[], boolean]>>

interface Installation {
  readonly box: Sandbox
  readonly env: Readonly<Record<string, string>>
  readonly run: (...args: string[]) => Promise<Outcome>
}

/** A copy of the program in a path with blanks and parentheses, where npm puts a global package. */
async function install({ hasShim }: { hasShim: boolean }): Promise<Installation> {
  const box = await sandbox()
  const npm = join(box.home, 'First Last (x86)', 'npm')
  const folder = join(npm, 'node_modules', 'mfa-login')
  mkdirSync(folder, { recursive: true })
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  writeFileSync(join(npm, 'mfa-login.cmd'), NPM_SHIM)
  const path = [dirname(process.execPath), box.env.PATH, ...(hasShim ? [npm] : [])].join(';')
  const env = { ...box.env, PATH: path }
  const script = join(folder, 'bin', 'mfa-login.js')
  const run = async (...args: string[]) =>
    outcomeOf(start(process.execPath, [script, ...args], env))
  return { box, env, run }
}

function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(program, args, { ...options, env, stdio: 'pipe', windowsHide: true })
}

/** Sets the profile up, with codes from mfa_process, and returns the line. */
async function setUp({ box, run }: Installation): Promise<string> {
  box.freshStep(20_000)
  const { code, stderr } = await run('setup', '--profile', 'work', '--yes')
  expect(code, stderr).toBe(0)
  const line = /^credential_process = (.*)$/m.exec(box.read('config'))?.[1]
  const config = box.read('config')
  box.write(
    'config',
    `${config}mfa_serial = ${box.device.serialNumber}\nmfa_process = echo ${box.code()}\n`,
  )
  return line ?? ''
}

const SHAPES = [
  { hasShim: true, shape: /^mfa-login\.cmd credential-process --profile work$/ },
  {
    hasShim: false,
    shape: /^[^" ]+\.exe [^" ]+\\mfa-login\.js credential-process --profile work$/,
  },
]

describe.skipIf(process.platform !== 'win32')('the line that setup writes', () => {
  it.each(SHAPES)(
    'is run by every SDK, with the shim in PATH: $hasShim',
    async ({ hasShim, shape }) => {
      const installation = await install({ hasShim })
      const { box, env } = installation
      const line = await setUp(installation)
      expect(line).toMatch(shape)
      // CreateProcess first: it gets the session, which shows in the calls.
      const script = start('cscript', ['//nologo', CREATE_PROCESS], { ...env, LINE: line })
      expect(await outcomeOf(script)).toMatchObject({ code: 0 })
      expect(box.calls()).toEqual(['OK'])
      for (const [name, wayOf] of Object.entries(WAYS)) {
        const [args, windowsVerbatimArguments] = wayOf(line)
        const { stdout, stderr } = await outcomeOf(
          start('cmd.exe', args, env, { windowsVerbatimArguments }),
        )
        expect(stdout, `${name}: ${stderr}`).toMatch(/^\{"Version":1,"AccessKeyId":"ASIA/)
      }
      expect(box.calls()).toEqual(['OK'])
    },
  )

  it.skipIf(GO_CLIENT === undefined).each(SHAPES)(
    'is run by the AWS SDK for Go, with the shim in PATH: $hasShim',
    async ({ hasShim }) => {
      const installation = await install({ hasShim })
      const line = await setUp(installation)
      const { box } = installation
      const env = { ...installation.env, AWS_PROFILE: 'work' }
      const { stdout, stderr } = await outcomeOf(start(GO_CLIENT!, ['buckets'], env))
      expect(stdout, stderr).toContain('alice-notes')
      expect(box.calls()).toEqual(['OK'])
      // What older versions wrote.
      const quoted = `"${process.execPath}" "${PROGRAM}" credential-process --profile work`
      box.write('config', box.read('config').replace(line, quoted))
      expect(await outcomeOf(start(GO_CLIENT!, ['buckets'], env))).toMatchObject({ code: 1 })
    },
  )

  it('replaces the one with quotation marks, which the doctor knows', async () => {
    const installation = await install({ hasShim: true })
    const { box, run } = installation
    const line = await setUp(installation)
    const old = `"${process.execPath}" "${PROGRAM}" credential-process --profile work`
    box.write('config', box.read('config').replace(line, old))
    const { stdout } = await run('doctor', '--profile', 'work', '--json')
    const { findings } = JSON.parse(stdout) as { findings: { code: string; remedy: string }[] }
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'process-quoted', remedy: 'mfa-login setup --profile work' }),
    )
    expect(await run('setup', '--profile', 'work', '--yes')).toMatchObject({ code: 0 })
    expect(box.read('config')).toContain(`credential_process = ${line}\n`)
  })

  it('is missed by the doctor where its shim has left PATH', async () => {
    const { box, run } = await install({ hasShim: false })
    box.write(
      'config',
      `${box.read('config')}credential_process = mfa-login.cmd credential-process --profile work\n`,
    )
    const { stdout } = await run('doctor', '--profile', 'work')
    expect(stdout).toContain('starts mfa-login.cmd, which does not exist')
  })
})
