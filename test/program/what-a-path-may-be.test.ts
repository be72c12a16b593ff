/** Paths that lead to no regular file: nothing waits for them, nothing replaces them, no code is used up. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { outcomeOf, sandbox, type Sandbox } from '../support/sandbox.ts'

const isWindows = process.platform === 'win32'

/** Keys and serial number come from the environment, so that either file may be anything. */
function keysInEnvironment(box: Sandbox): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: box.key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: box.key.secretAccessKey,
    AWS_MFA_SERIAL: box.device.serialNumber,
  }
}

/** Runs a command, which must not hang. */
async function run(box: Sandbox, args: readonly string[], env: Record<string, string> = {}) {
  const child = box.start(args, { env })
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const outcome = await outcomeOf(child)
  clearTimeout(limit)
  return outcome
}

const PUT: Record<string, (path: string) => void> = {
  device: (path) => symlinkSync('/dev/null', path),
  pipe: (path) => void execFileSync('mkfifo', [path]),
  socket: (path) => {
    const server = createServer().listen(path)
    onTestFinished(() => void server.close())
  },
  directory: (path) => {
    mkdirSync(path)
  },
}

describe.skipIf(isWindows)('a credentials file that is no file', () => {
  it.each(Object.keys(PUT))('is not replaced, and no code is used: a %s', async (kind) => {
    const box = await sandbox()
    const path = `${box.home}/odd`
    PUT[kind]!(path)
    const before = lstatSync(path)
    const env = { ...keysInEnvironment(box), AWS_SHARED_CREDENTIALS_FILE: path }
    const { code, stderr } = await run(box, ['login', '--token-code', box.code()], env)
    expect(stderr).toMatch(
      kind === 'device'
        ? /^mfa-login: Cannot use \/dev\/null: it is a device, not a file\. Try: /
        : new RegExp(`^mfa-login: Cannot use \\S+/odd: it is a ${kind}`),
    )
    expect(code).toBe(3)
    expect(box.calls()).toEqual([])
    expect(lstatSync(path).mode).toBe(before.mode)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })
})

describe.skipIf(isWindows)('/dev/null', () => {
  it('is read as an empty config file, as AWS tools do, and is not written to', async () => {
    const box = await sandbox()
    const env = { AWS_CONFIG_FILE: '/dev/null', AWS_MFA_SERIAL: box.device.serialNumber }
    const login = await run(box, ['login', '-p', 'work', '--token-code', box.code()], env)
    expect(login.code, login.stderr).toBe(0)
    expect(box.read('credentials')).toContain('[work-mfa]')
    const setup = await run(box, ['setup', '-p', 'work', '--yes'], env)
    expect(setup.stderr).toContain('Cannot use /dev/null: it is a device, not a file.')
    expect(setup.code).toBe(3)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('gives a session to commands that write neither file', async () => {
    const box = await sandbox()
    box.freshStep()
    const logIn = await run(box, ['login', '-p', 'work', '--token-code', box.code()])
    expect(logIn.code, logIn.stderr).toBe(0)
    const env = {
      AWS_MFA_SERIAL: box.device.serialNumber,
      AWS_CONFIG_FILE: '/dev/null',
    }
    const printed = await run(box, ['credential-process', '-p', 'work'], env)
    expect(printed.code, printed.stderr).toBe(0)
    expect(JSON.parse(printed.stdout)).toMatchObject({ Version: 1 })
  })
})

describe.skipIf(isWindows)('a pipe that nobody writes to', () => {
  const pipe = (path: string): string => {
    execFileSync('mkfifo', [path])
    return path
  }

  it.each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])(
    'is refused at once as %s',
    async (variable) => {
      const box = await sandbox()
      const env = { [variable]: pipe(`${box.home}/pipe`) }
      for (const args of [
        ['status'],
        ['env', '-p', 'work'],
        ['credential-process', '-p', 'work'],
      ]) {
        const { code, stderr } = await run(box, args, env)
        expect(stderr).toContain(`Cannot use ${box.home}/pipe: it is a pipe, not a file.`)
        expect(code).toBe(3)
      }
    },
  )

  it('is no session in the cache', async () => {
    const box = await sandbox()
    const { code } = await run(box, ['login', '-p', 'work', '--token-code', box.code()])
    expect(code).toBe(0)
    const cache = box.path('mfa-login/cache')
    pipe(`${cache}/${'0'.repeat(64)}.json`)
    const status = await run(box, ['status'])
    expect(status.code, status.stderr).toBe(0)
    expect(status.stdout).toContain('work-mfa')
  })

  it('may be a policy document, once somebody writes to it', async () => {
    const box = await sandbox()
    const path = pipe(`${box.home}/policy`)
    const { stdout: policy } = await box.run(['policy', 'show'])
    const checked = box.run(['policy', 'check', path])
    spawn('sh', ['-c', `cat > ${path}`]).stdin.end(policy)
    const { code, stderr } = await checked
    expect(code, stderr).toBe(0)
  })
})

describe('a lock that cannot be taken', () => {
  const KINDS: Record<string, (path: string) => void> = {
    'a file': (path) => writeFileSync(path, 'mine'),
    'a link that leads nowhere': (path) => symlinkSync('nowhere', path),
    'a folder with files': (path) => {
      mkdirSync(path)
      writeFileSync(`${path}/mine`, 'mine')
    },
  }

  it.each(Object.keys(KINDS))('is named before a code is used: %s', async (kind) => {
    const box = await sandbox()
    const lock = box.path('credentials.mfa-login-lock')
    KINDS[kind]!(lock)
    const { code, stderr } = await run(box, ['login', '-p', 'work', '--token-code', box.code()])
    expect(stderr).toContain(`Cannot take the lock ${lock}: something else has this name.`)
    expect(code).toBe(3)
    expect(box.calls()).toEqual([])
    expect(existsSync(lock) || lstatSync(lock).isSymbolicLink()).toBe(true)
  })
})
