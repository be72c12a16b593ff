import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { COMMAND, PROGRAM, sandbox } from '../support/sandbox.ts'
import { envOf, isWindows, loggedIn, PRINT, textOn } from '../support/session.ts'

describe('env', () => {
  const ENV = ['env', '--profile', 'work']

  it.runIf(isWindows)('sets variables in cmd and unsets them again', async () => {
    const box = await loggedIn()
    box.write('print.cjs', PRINT)
    const change = (name: string, options: string): string =>
      `${COMMAND} env ${options} --shell cmd > "%~dp0${name}.cmd"\r\ncall "%~dp0${name}.cmd"\r\n`
    const print = `"${process.execPath}" "%~dp0print.cjs"\r\n`
    box.write(
      'all.cmd',
      `@echo off\r\n${change('set', '-p work')}${print}${change('unset', '--unset')}${print}`,
    )
    const env = { ...box.env, AWS_PROFILE: 'other' }
    const output = execFileSync('cmd.exe', ['/d', '/c', box.path('all.cmd')], {
      env,
      encoding: 'utf8',
    })
    const [inside, after] = output.split(/(?<=\})(?=\{)/).map(envOf)
    expect(inside!.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/)
    expect(inside).not.toHaveProperty('AWS_PROFILE')
    expect(Object.keys(after!).filter((name) => /^AWS_(?!EC2|ENDPOINT)/.test(name))).toEqual([])
  })

  it.skipIf(notOnWindows('POSIX shell'))(
    'sets variables in a shell and unsets them again',
    async () => {
      const box = await loggedIn()
      const program = `${process.execPath} ${PROGRAM}`
      const script = `eval "$(${program} env -p work)"; ${process.execPath} -e '${PRINT}' >&3
      eval "$(${program} env --unset)"; ${process.execPath} -e '${PRINT}'`
      const env = { ...box.env, AWS_PROFILE: 'other', SHELL: '/bin/bash' }
      const output = execFileSync('bash', ['-c', `{ ${script}; } 3>&1`], { env, encoding: 'utf8' })
      const [inside, after] = output.split(/(?<=\})(?=\{)/).map(envOf)
      expect(inside!.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/)
      expect(inside).not.toHaveProperty('AWS_PROFILE')
      expect(Object.keys(after!).filter((name) => /^AWS_(?!EC2|ENDPOINT)/.test(name))).toEqual([])
    },
  )

  it('prints JSON and dotenv lines', async () => {
    const box = await loggedIn()
    const json = envOf((await box.run([...ENV, '--shell', 'json'])).stdout)
    const dotenv = (await box.run([...ENV, '--shell', 'dotenv'])).stdout
    expect(dotenv).toBe(
      Object.entries(json)
        .map(([name, value]) => `${name}=${value ?? ''}\n`)
        .join(''),
    )
    expect(Object.keys(json)).toContain('AWS_SESSION_TOKEN')
  })

  it('refuses an unknown shell', async () => {
    const box = await sandbox()
    const { code, stderr } = await box.run([...ENV, '--shell', 'tcsh'])
    expect(stderr).toContain('There is no shell "tcsh"')
    expect(code).toBe(2)
  })

  it.each([
    ['', '/bin/bash', 'eval "$(mfa-login env work)", or to see it: mfa-login env work --show'],
    ['', '/bin/fish', 'mfa-login env work | source, or to see it: mfa-login env work --show'],
    [
      '--shell dotenv',
      '/bin/sh',
      'mfa-login env work --shell dotenv > FILE, or to see it: mfa-login env work --shell dotenv --show',
    ],
    [
      '--min-ttl 20m',
      '/bin/bash',
      'eval "$(mfa-login env work --min-ttl 20m)", or to see it: mfa-login env work --min-ttl 20m --show',
    ],
    [
      '--prompt terminal',
      '/bin/bash',
      'eval "$(mfa-login env work --prompt terminal)", or to see it: mfa-login env work --prompt terminal --show',
    ],
    [
      '--region us-east-1',
      '/bin/bash',
      'eval "$(mfa-login env work --region us-east-1)", or to see it: mfa-login env work --region us-east-1 --show',
    ],
  ])('%s does not show the secrets at a terminal: %s', async (options, SHELL, hint) => {
    const box = await loggedIn()
    const env = `${COMMAND} env work ${options}`
    // On Windows, a person in bash or fish has its function.
    const shell = { SHELL, ...(isWindows && { MFA_LOGIN_SHELL: basename(SHELL) }) }
    const run = box.terminal(env, { env: { NO_COLOR: '1', ...shell } })
    expect(await run.exit).toBe(2)
    expect(await textOn(run)).toBe(
      `mfa-login: The session is secret, so a terminal does not show it. Try: ${hint}\r\n`,
    )
    const shown = box.terminal(`${env} --show`)
    expect(await shown.exit).toBe(0)
    expect(shown.screen).toMatch(/AWS_SECRET_ACCESS_KEY/)
    const unset = box.terminal(`${env} --unset`)
    expect(await unset.exit).toBe(0)
  })

  it('asks for no profile before it refuses to show the secrets', async () => {
    const box = await sandbox()
    const env = `${COMMAND} env`
    const run = box.terminal(env, { env: { NO_COLOR: '1' } })
    expect(await run.exit).toBe(2)
    expect(run.screen).not.toContain('Which profile?')
    const shown = box.terminal(`${env} --show`)
    await shown.waitFor('Which profile?')
    shown.type('\u0003')
    expect(await shown.exit).toBe(130)
  })
})
