/** Paths that lead to no regular file: nothing waits for them, nothing replaces them, no code is used up. */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

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

describe.skipIf(notOnWindows('special files'))('a credentials file that is no file', () => {
  it.each(Object.keys(PUT))('is not replaced, and no code is used: a %s', async (kind) => {
    const box = await sandbox()
    const path = `${box.home}/odd`
    PUT[kind]!(path)
    const before = lstatSync(path)
    const env = { ...keysInEnvironment(box), AWS_SHARED_CREDENTIALS_FILE: path }
    const { code, stderr } = await run(box, ['login', '--token-code', box.code()], env)
    expect(stderr).toMatch(
      kind === 'device'
        ? /^mfa-login: Cannot use \/dev\/null: it is a device, not a file\. Try: check \/dev\/null\n$/
        : new RegExp(`^mfa-login: Cannot use \\S+/odd: it is a ${kind}`),
    )
    expect(code).toBe(3)
    expect(box.calls()).toEqual([])
    expect(lstatSync(path).mode).toBe(before.mode)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })
})

describe.skipIf(notOnWindows('special files'))('/dev/null', () => {
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

describe.skipIf(notOnWindows('special files'))('a pipe that nobody writes to', () => {
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

  it('is no certificate bundle', async () => {
    const box = await sandbox()
    const path = pipe(`${box.home}/pipe`)
    const login = ['login', '-p', 'work', '--token-code', box.code()]
    const { code, stderr } = await run(box, login, { AWS_CA_BUNDLE: path })
    expect(stderr).toBe(
      `mfa-login: The certificate bundle ${path} contains no certificate in PEM form. Try: check AWS_CA_BUNDLE\n`,
    )
    expect(code).toBe(3)
    expect(box.calls()).toEqual([])
  })

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

describe.skipIf(notOnWindows('special files'))('a link to itself', () => {
  it.each([
    ['policy', 'check'],
    ['policy', 'show', '--output'],
  ])('is named as such by %s %s', async (...args) => {
    const box = await sandbox()
    const path = `${box.home}/loop`
    symlinkSync(path, path)
    const { code, stderr } = await run(box, [...args, path])
    expect(stderr).toBe(
      `mfa-login: Cannot use ${path}: its links lead in a circle (ELOOP). Try: check ${path}\n`,
    )
    expect(code).toBe(3)
  })
})

describe.skipIf(notOnWindows('permission bits'))('a cache folder', () => {
  it('that others may write to is refused by every command that uses it', async () => {
    const box = await sandbox()
    const login = ['login', '-p', 'work', '--token-code', box.code()]
    expect((await run(box, login)).code).toBe(0)
    const cache = box.path('mfa-login/cache')
    for (const mode of [0o770, 0o707]) {
      chmodSync(cache, mode)
      for (const args of [
        ['credential-process', '-p', 'work'],
        ['env', '-p', 'work'],
        ['status'],
        ['login', '-p', 'work'],
        ['logout', '--all'],
      ]) {
        const { code, stdout, stderr } = await run(box, args)
        expect(stderr).toContain(
          `The folder ${cache} is not used: other users can write to it. Try: chmod go-w "${cache}"`,
        )
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      }
    }
    chmodSync(cache, 0o755)
    expect((await run(box, ['env', '-p', 'work'])).code).toBe(0)
    expect(box.calls()).toEqual(['OK'])
  })

  it.skipIf(process.getuid?.() !== 0)('of another user is refused', async () => {
    const box = await sandbox()
    expect((await run(box, ['login', '-p', 'work', '--token-code', box.code()])).code).toBe(0)
    const cache = box.path('mfa-login/cache')
    chownSync(cache, 1234, 1234)
    for (const args of [['credential-process', '-p', 'work'], ['status']]) {
      const { code, stdout, stderr } = await run(box, args)
      expect(stderr).toContain(
        `The folder ${cache} is not used: it belongs to another user (1234). Try: sudo chown 0 "${cache}", if it should be yours\n`,
      )
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    }
  })

  it.skipIf(process.getuid?.() !== 0)(
    'is not named in the hint for another folder that belongs to another user',
    async () => {
      const box = await sandbox()
      const folder = box.path('mfa-login/rotations')
      mkdirSync(folder, { recursive: true })
      chownSync(folder, 1234, 1234)
      const { code, stderr } = await run(box, ['keys', 'rotate', '-p', 'work', '--yes'])
      expect(stderr).toBe(
        `mfa-login: The folder ${folder} is not used: it belongs to another user (1234). Try: sudo chown 0 "${folder}", if it should be yours\n`,
      )
      expect(code).toBe(3)
    },
  )
})

it.skipIf(process.getuid?.() !== 0 || !has('setpriv', '--version'))(
  'root in the home of a user leaves nothing that the user cannot use',
  async () => {
    const box = await sandbox()
    box.write('config', `[profile work]\nmfa_process = echo ${box.code()}\n`)
    execFileSync('chown', ['-R', '1234:1234', box.home])
    for (const args of [
      ['setup', '-p', 'work', '--yes'],
      ['credential-process', '-p', 'work'],
      ['credential-process', '-p', 'work'],
      ['login', '-p', 'work', '--to', 'day'],
    ]) {
      const { code, stderr } = await run(box, args)
      expect(code, stderr).toBe(0)
    }
    const names = readdirSync(box.home, { recursive: true }).map(String)
    expect(names.filter((name) => statSync(`${box.home}/${name}`).uid !== 1234)).toEqual([])
    const user = ['--reuid', '1234', '--regid', '1234', '--clear-groups']
    const words = [...user, process.execPath, PROGRAM, 'credential-process', '-p', 'work']
    const child = spawn('setpriv', words, { env: box.env })
    expect(await outcomeOf(child)).toMatchObject({ code: 0, stderr: '' })
    expect(box.calls()).toEqual(['OK'])
  },
)

describe('a lock that cannot be taken', () => {
  const KINDS: Record<string, (path: string) => void> = {
    'a file': (path) => writeFileSync(path, 'mine'),
    ...(notOnWindows('links under Wine')
      ? {}
      : { 'a link that leads nowhere': (path: string) => symlinkSync('nowhere', path) }),
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
