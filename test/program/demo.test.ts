import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { screenOf } from '../support/screen.ts'
import { PROGRAM, sandbox } from '../support/sandbox.ts'

const leftovers = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('mfa-login-demo-'))

describe('demo', () => {
  it('shows a refused call, then an allowed call, and removes its files', async () => {
    const box = await sandbox()
    const before = leftovers()
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' }
    const { code, stdout } = await box.run(['demo'], { input: '', env })
    expect(code).toBe(0)
    const [refused, allowed] = [
      stdout.indexOf('REFUSED: AccessDenied'),
      stdout.lastIndexOf('ALLOWED: '),
    ]
    expect(refused).toBeGreaterThan(0)
    expect(allowed).toBeGreaterThan(refused)
    expect(leftovers()).toEqual(before)
    expect(box.read('config')).toBe('[profile work]\nregion = eu-west-1\n')
  })

  it('shows every step in order', async () => {
    const box = await sandbox()
    const { stdout, stderr } = await box.run(['demo'], { input: '' })
    const steps = [
      's3 ListBuckets ALLOWED',
      'An administrator makes MFA mandatory',
      's3 ListBuckets REFUSED',
      'Enrolled: arn:aws:iam::123456789012:mfa/alice',
      'mfa-login --profile demo',
      's3 ListBuckets ALLOWED',
    ]
    const places = steps.map((words, index) =>
      index === 0 ? stdout.indexOf(words) : stdout.lastIndexOf(words),
    )
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((x, y) => x - y))
    expect(stderr).toContain('attach mfa_mandatory to the group developers (alice)')
    expect(stderr).toContain('New session in profile demo-mfa')
  })

  it.skipIf(notOnWindows('questions in Wine'))(
    'lets a person enroll with the codes it shows, and log in',
    async () => {
      const box = await sandbox()
      // The demo starts its commands in an environment of its own, so the test waits in real time.
      const left = 30_000 - (Date.now() % 30_000)
      if (left < 12_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
      const run = box.terminal(`${process.execPath} ${PROGRAM} demo`, { columns: 80, rows: 24 })
      await run.waitFor('The code it shows')
      expect(run.screen).toContain('█')
      const rows = (await screenOf(run.screen, 80)).slice(-24)
      expect(rows.filter((row) => /^ {3}from \d\d:\d\d:\d\d {2}\d{6}$/.test(row))).toHaveLength(8)
      expect(rows.join(' ')).toContain('The QR code needs a window of')
      const codes = Array.from(
        run.screen.matchAll(/from \d\d:\d\d:\d\d {2}(\d{6})/g),
        ([, code]) => code,
      )
      await run.answer('The code it shows', `${codes[0] ?? ''}\r`)
      await run.waitFor('It shows the next one in')
      await run.answer('The next code', `${codes[1] ?? ''}\r`)
      await run.answer('MFA code for demo', `${codes[2] ?? ''}\r`)
      expect(await run.exit).toBe(0)
      expect(run.screen).toContain('Refused without MFA, allowed after mfa-login.')
      const steps = Array.from(run.screen.matchAll(/^(\d)\. /gm), ([, step]) => step)
      expect(steps).toEqual(['1', '2', '3', '4', '5', '6'])
    },
  )

  it.each([
    ['the enrollment', 'The code it shows'],
    ['the enrollment, at its second code', 'It shows the next one in'],
  ])('suggests only itself after Ctrl-C in %s', async (_, question) => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} demo`)
    await run.waitFor('The code it shows')
    const [, code = ''] = /from \d\d:\d\d:\d\d {2}(\d{6})/.exec(run.screen) ?? []
    if (question !== 'The code it shows') await run.answer('The code it shows', `${code}\r`)
    await run.answer(question, '\u0003')
    expect(await run.exit).toBe(130)
    expect(run.screen.match(/Try: .*/g)?.map((line) => line.trim())).toEqual([
      'Try: mfa-login demo',
    ])
  })

  it('removes its files after Ctrl-C', async () => {
    const box = await sandbox()
    const before = leftovers()
    const run = box.terminal(`exec ${process.execPath} ${PROGRAM} demo`)
    await run.waitFor('An administrator makes MFA')
    run.type('\u0003')
    await run.exit
    expect(leftovers()).toEqual(before)
  })
})

describe.skipIf(notOnWindows('POSIX shell'))('demo --shell', () => {
  const SHELL = `${process.execPath} ${PROGRAM} demo --shell`

  async function inShell() {
    const box = await sandbox()
    delete box.env.AWS_ENDPOINT_URL
    // So that `demo code` sees no demo of another test.
    Object.assign(box.env, { SHELL: '/bin/bash', TMPDIR: box.home })
    const run = box.terminal(SHELL, { env: { AWS_PROFILE: 'work', HISTFILE: '/nowhere' } })
    await run.waitFor('(mfa-login demo)')
    return { box, run }
  }

  it('opens a shell in which mfa-login and AWS tools work, and removes its files', async () => {
    const { box, run } = await inShell()
    run.type('mfa-login policy apply --group developers --profile admin\r')
    await run.waitFor('there is nothing to do')
    run.type('mfa-login --profile demo --token-code $(mfa-login demo code)\r')
    await run.waitFor('New session in profile demo-mfa')
    if (has('aws', '--version')) {
      run.type('aws --profile demo s3 ls; aws --profile demo-mfa s3 ls\r')
      await run.waitFor('explicit deny')
      await run.waitFor('team-reports')
    }
    run.type('exit 5\r')
    expect(await run.exit).toBe(5)
    expect(readdirSync(box.home).filter((name) => name.startsWith('mfa-login-demo-'))).toEqual([])
    expect(box.read('credentials')).not.toContain('demo')
  })

  it.skipIf(!has('fish', '--version'))(
    'leaves nothing of fish, which sets up a new home',
    async () => {
      const box = await sandbox()
      Object.assign(box.env, { SHELL: 'fish', TMPDIR: box.home })
      const run = box.terminal(SHELL)
      await run.waitFor('Welcome to fish')
      run.type('mfa-login device list --profile demo\r')
      await run.waitFor('mfa/alice')
      run.type('exit 3\r')
      expect(await run.exit).toBe(3)
      expect(readdirSync(box.home).filter((name) => name.startsWith('mfa-login-demo-'))).toEqual([])
    },
  )

  it('gives another terminal the codes of its devices, each once, also for an enrollment', async () => {
    const { box, run } = await inShell()
    const code = async (...words: string[]): Promise<string> => {
      const { stdout, stderr } = await box.run(['demo', 'code', ...words])
      expect(stdout, stderr).toMatch(/^\d{6}\n$/)
      return stdout.trim()
    }
    run.type('mfa-login --profile demo\r')
    await run.answer('MFA code for demo', `${await code()}\r`)
    await run.waitFor('New session in profile demo-mfa')
    run.type('mfa-login device enroll --profile demo --name phone\r')
    await run.waitFor('The code it shows')
    const serial = ['--serial', 'arn:aws:iam::123456789012:mfa/phone']
    await run.answer('The code it shows', `${await code(...serial)}\r`)
    await run.waitFor('It shows the next one in')
    await run.answer('The next code', `${await code(...serial)}\r`)
    await run.waitFor('Ask for codes of phone')
    run.kill()
  })

  it('needs a terminal', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run(['demo', '--shell'], { input: '' })
    expect(code).toBe(2)
    expect(stderr).toBe(
      'mfa-login: There is no terminal for a shell. Try: mfa-login local-aws -- COMMAND\n',
    )
  })

  it('without a demo, demo code says how to start one', async () => {
    const box = await sandbox()
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', TMPDIR: box.home, TEMP: box.home }
    const { code, stdout, stderr } = await box.run(['demo', 'code'], { env })
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
    expect(stderr).toBe(
      'mfa-login: No demo is running, and AWS_ENDPOINT_URL names no local AWS. Try: mfa-login demo --shell\n',
    )
  })
})

describe('mfa-login', () => {
  test.each(Object.keys(COMMANDS))('%s --help shows usage and examples', async (name) => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run([...name.split(' '), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: mfa-login ${name}`)
    expect(stdout).toContain('Examples:')
  })

  it('--help lists every command, and --version prints the version', async () => {
    const box = await sandbox()
    const { stdout } = await box.run(['--help'])
    for (const name of Object.keys(COMMANDS)) expect(stdout).toContain(`\n  ${name} `)
    expect((await box.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
