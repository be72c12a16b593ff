import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { devNull } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { preload } from '../support/preload.ts'
import { printing, printingOnce } from '../support/codes.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { COMMAND, outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']

describe('credential-process', () => {
  it('prints exactly the JSON that SDKs expect, and prints it again without AWS', async () => {
    const box = await sandbox()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const { code, stdout, stderr } = await box.run(SERVE, {
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const answer = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(answer)).toEqual([
      'Version',
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
    ])
    expect(answer.Version).toBe(1)
    expect(answer.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })

  it.skipIf(notOnWindows('permission bits'))('has a cache for its owner only', async () => {
    const box = await sandbox()
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const cache = box.path('mfa-login/cache')
    expect(statSync(cache).mode & 0o777).toBe(0o700)
    const names = readdirSync(cache)
    expect(names).not.toEqual([])
    for (const name of names) expect(statSync(`${cache}/${name}`).mode & 0o777).toBe(0o600)
  })

  it('fails at once with one line if nobody can be asked', async () => {
    const box = await sandbox()
    const began = Date.now()
    // stdin stays open, as with the AWS SDK for JavaScript.
    const { code, stdout, stderr } = await box.run(SERVE)
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('mfa-login --profile work')
    expect(Date.now() - began).toBeLessThan(5000)
  })

  it('does not use a cached session that expires soon or belongs to another key or device', async () => {
    const box = await sandbox()
    await box.run(['--profile', 'work', '--duration', '15m', '--token-code', box.code()])
    expect((await box.run([...SERVE, '--min-ttl', '10m'])).code).toBe(0)
    expect((await box.run([...SERVE, '--min-ttl', '20m'])).code).toBe(6)
    expect((await box.run([...SERVE, '--min-ttl', '10m', '--serial', 'GAHT12345678'])).code).toBe(6)
    box.user.keys.unshift(createAccessKey())
    box.write('credentials', box.keysSection())
    expect((await box.run([...SERVE, '--min-ttl', '10m'])).code).toBe(6)
  })

  it('stores sessions in the folder that MFA_LOGIN_CACHE_DIR names', async () => {
    const box = await sandbox()
    const env = { MFA_LOGIN_CACHE_DIR: `${box.home}/elsewhere` }
    await box.run(['--profile', 'work', '--token-code', box.code()], { env })
    expect(readdirSync(`${box.home}/elsewhere`).some((name) => name.endsWith('.json'))).toBe(true)
    expect((await box.run(SERVE, { env })).code).toBe(0)
    expect((await box.run(SERVE)).code).toBe(6)
  })

  it('asks on the terminal, never on stdin, stdout or stderr', async () => {
    const box = await sandbox()
    const redirected = `${SERVE.join(' ')} <${devNull} >${box.home}/out 2>${box.home}/err`
    const run = box.terminal(`${COMMAND} ${redirected}`)
    await run.waitFor('MFA code for work')
    run.type(`${box.code()}\r`)
    expect(await run.exit).toBe(0)
    expect(readFileSync(`${box.home}/err`, 'utf8')).toBe('')
    expect(JSON.parse(readFileSync(`${box.home}/out`, 'utf8'))).toHaveProperty('SessionToken')
  })
})

/** Wine takes half a second of two cores for each. */
const MANY = process.platform === 'win32' ? 16 : 64

describe('many processes of credential-process at once', () => {
  it(`run mfa_process once and make one call, also if there are ${MANY}`, async () => {
    const box = await sandbox()
    const codeFile = `${box.home}/code`
    writeFileSync(codeFile, box.code())
    // The session lasts no longer than min-ttl, but waiting processes accept it.
    appendFileSync(box.path('config'), 'duration_seconds = 900\n')
    appendFileSync(
      box.path('config'),
      `mfa_process = echo asked>>${box.home}/asked && ${printing(codeFile)}\n`,
    )
    const outcomes = await Promise.all(Array.from({ length: MANY }, async () => box.run(SERVE)))
    // On a slow machine, they say after two seconds what they wait for.
    const said = outcomes.map(
      ({ code, stderr }) => `${code}${stderr.replace(/^Waiting for .*\n/, '')}`,
    )
    expect(said).toEqual(Array(MANY).fill('0'))
    expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1)
    // cmd writes the blank behind the word, too.
    expect(readFileSync(`${box.home}/asked`, 'utf8').split(/\s+/)).toEqual(['asked', ''])
    expect(box.calls()).toEqual(['OK'])
    expect(box.calls('ListMFADevices')).toEqual(['OK'])
    expect(
      readdirSync(box.path('mfa-login/cache')).filter((name) => name.includes('lock')),
    ).toEqual([])
  })

  it.skipIf(notOnWindows('many processes in Wine'))(
    'load only the fast path while another process asks',
    async () => {
      const box = await sandbox()
      const loads = `${box.home}/loads`
      writeFileSync(
        `${box.home}/trace.cjs`,
        `const Module = require('node:module')
       const load = Module._load
       Module._load = (name, ...rest) => {
         if (/dist.core\\.cjs$/.test(name)) require('node:fs').appendFileSync(${JSON.stringify(loads)}, 'loaded\\n')
         return load(name, ...rest)
       }`,
      )
      const env = preload(`${box.home}/trace.cjs`)
      appendFileSync(
        box.path('config'),
        `mfa_serial = ${box.device.serialNumber}\nmfa_process = ${printingOnce(box)}\n`,
      )
      const first = box.run(SERVE, { env })
      await expect.poll(() => existsSync(loads)).toBe(true)
      const others = Promise.all(Array.from({ length: 20 }, async () => box.run(SERVE, { env })))
      // Longer than the note of the process that asks first is valid (ON_THE_WAY_MS).
      await new Promise((resolve) => setTimeout(resolve, 3500))
      box.giveCode(box.code())
      const [outcome, ...rest] = [await first, ...(await others)]
      expect(outcome).toMatchObject({ code: 0, stderr: '' })
      const answers = rest.map(({ code, stdout }) => ({ code, stdout }))
      expect(answers).toEqual(rest.map(() => ({ code: 0, stdout: outcome.stdout })))
      expect(readFileSync(loads, 'utf8')).toBe('loaded\n')
      expect(readdirSync(box.path('mfa-login/cache')).filter((n) => n.endsWith('.next'))).toEqual(
        [],
      )
    },
  )

  const many = (box: Sandbox, count: number): string => {
    writeFileSync(
      `${box.home}/many.mjs`,
      `import { spawn } from 'node:child_process'
       const words = ${JSON.stringify([PROGRAM, ...SERVE])}
       for (let i = 0; i < ${count}; i += 1)
         spawn(process.execPath, words, { stdio: 'inherit' }).on('exit', (code) => console.log('ended ' + code))`,
    )
    return `"${process.execPath}" "${box.home}/many.mjs"`
  }

  it('ask the person once', async () => {
    const box = await sandbox()
    const run = box.terminal(many(box, 8))
    await run.waitFor('MFA code for work')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    run.type(`${box.code()}\r`)
    await run.waitFor('ended 0', 8)
    expect(box.calls()).toEqual(['OK'])
  })

  it.skipIf(notOnWindows('questions in Wine'))(
    'do not ask again if the person cancels',
    async () => {
      const box = await sandbox()
      const run = box.terminal(many(box, 6))
      await run.waitFor('MFA code for work')
      await new Promise((resolve) => setTimeout(resolve, 1500))
      run.type('\u001B')
      await run.waitFor('ended 130', 6)
      expect(box.calls()).toEqual([])
    },
  )

  it('replace a lock holder that is killed while it asks', async () => {
    const box = await sandbox()
    const first = box.terminal(`exec ${COMMAND} ${SERVE.join(' ')}`)
    await first.waitFor('MFA code for work')
    const second = box.terminal(`exec ${COMMAND} ${SERVE.join(' ')}`)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(second.screen).toBe('')
    first.kill()
    await second.waitFor('MFA code for work')
    second.type(`${box.code()}\r`)
    expect(await second.exit).toBe(0)
  })
})

it('credential-process prints no error if its reader closes the pipe early', async () => {
  const box = await sandbox()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const child = box.start(SERVE)
  child.stdout.destroy()
  expect((await outcomeOf(child)).stderr).toBe('')
})
