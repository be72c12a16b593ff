import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../src/commands.ts'
import { PROGRAM, sandbox } from '../support/sandbox.ts'

const leftovers = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('mfa-login-demo-'))

describe('demo', () => {
  it('shows refused, then allowed, and cleans up', async () => {
    const box = await sandbox()
    const before = leftovers()
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' }
    const { code, stdout } = await box.run(['demo'], { input: '', env })
    expect(code).toBe(0)
    const [refused, allowed] = [
      stdout.indexOf('REFUSED: AccessDenied'),
      stdout.indexOf('ALLOWED: '),
    ]
    expect(refused).toBeGreaterThan(0)
    expect(allowed).toBeGreaterThan(refused)
    expect(leftovers()).toEqual(before)
    expect(box.read('config')).toBe('[profile work]\nregion = eu-west-1\n')
  })

  it('lets a person type the code it shows', async () => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} demo`)
    await run.waitFor('MFA code for demo')
    const code = /The device now shows: (\d{6})/.exec(run.screen)?.[1]
    run.type(`${code ?? 'none'}\r`)
    expect(await run.exit).toBe(0)
    expect(run.screen).toContain('ALLOWED: ')
    expect(run.screen).toContain('█')
  })
})

describe('help and version', () => {
  test.each(Object.keys(COMMANDS))('%s --help', async (name) => {
    const box = await sandbox()
    const { code, stdout, stderr } = await box.run([...name.split(' '), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: mfa-login ${name}`)
    expect(stdout).toContain('Examples:')
  })

  it('lists every command, and the version', async () => {
    const box = await sandbox()
    const { stdout } = await box.run(['--help'])
    for (const name of Object.keys(COMMANDS)) expect(stdout).toContain(`\n  ${name} `)
    expect((await box.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
