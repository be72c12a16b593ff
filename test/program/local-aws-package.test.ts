/** `mfa-login/local-aws` from the packed package in a clean folder, and the examples of docs/local-aws.md. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { withPrograms } from '../support/person.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DOCS = readFileSync(`${ROOT}docs/local-aws.md`, 'utf8')

/** The example of a language in the docs. */
const example = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(DOCS)?.[1] ?? ''

/** With the libraries of Debian, so that no module is downloaded. */
const GO = ['env', 'GO111MODULE=off', 'GOPATH=/usr/share/gocode', 'go'] as const

let folder = ''
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mfa-login-package-'))
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const archive = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim()
  const installed = join(folder, 'node_modules', 'mfa-login')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, archive), '--strip-components=1', '-C', installed])
  const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-sts/package.json')
  symlinkSync(dirname(dirname(sdk)), join(folder, 'node_modules', '@aws-sdk'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('mfa-login/local-aws', () => {
  it.each([
    ['an ES module', 'index.mjs', `import { startLocalAws } from 'mfa-login/local-aws'\n`],
    ['CommonJS', 'index.cjs', `const { startLocalAws } = require('mfa-login/local-aws')\n`],
  ])('starts from %s, and keeps no process', (_, name, first) => {
    const file = write(
      name,
      `${first}startLocalAws({ account: { users: [{ name: 'dana', devices: [{}] }] } }).then(async (aws) => {
        console.log(aws.users[0].name, await aws.code({ user: 'dana' }))
        await fetch(aws.endpoint)
        console.log(aws.requests.map(({ outcome }) => outcome).join())
        await aws.code({ user: 'bob' }).catch((error) => console.log(error.message))
        await aws.close()
        return startLocalAws({ account: { users: [{ nam: 'dana' }] } })
      }).catch((error) => console.log(error.message))`,
    )
    const [started, ...lines] = node(file).trim().split('\n')
    expect(started).toMatch(/^dana \d{6}$/)
    expect(lines).toEqual([
      'MissingAuthenticationToken',
      'There is no such MFA device in the account.',
      'account: users[0] needs a name',
    ])
  })

  it('shows a few lines of an error that nothing catches', () => {
    const file = write(
      'uncaught.mjs',
      `import { startLocalAws } from 'mfa-login/local-aws'
      const { endpoint } = await startLocalAws()
      await startLocalAws({ port: Number(new URL(endpoint).port) })`,
    )
    const { stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toMatch(
      /^Error: Port \d+ of 127\.0\.0\.1 is not free: another program uses it\.$/m,
    )
    expect(stderr).not.toContain('hint')
    expect(stderr.length).toBeLessThan(3000)
  })

  it('has types, which know what an account may have', () => {
    const file = write(
      'consumer.mts',
      `import { startLocalAws, type AccountDescription } from 'mfa-login/local-aws'
      const account: AccountDescription = {
        users: [{ name: 'dana', keys: [{ status: 'Active' }], tags: { team: 'web' } }],
        roles: [{ name: 'r', trustPolicy: { Statement: [] }, maxSessionSeconds: 3600 }],
      }
      const aws = await startLocalAws({ account, port: 0 })
      const code: string = await aws.code({ user: 'dana' })
      const [user] = aws.users
      const secret: string | undefined = user?.keys[0]?.secretAccessKey
      export const all = [code, secret, aws.env.AWS_ENDPOINT_URL, aws.requests[0]?.outcome]
      await aws.close()
      // @ts-expect-error A user needs a name.
      await startLocalAws({ account: { users: [{ path: '/' }] } })
      // @ts-expect-error There is no such status.
      await startLocalAws({ account: { users: [{ name: 'a', keys: [{ status: 'on' }] }] } })
      // @ts-expect-error There is no such field.
      await startLocalAws({ account: { users: [], group: [] } })
      `,
    )
    const program = ts.createProgram([file], {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      types: [],
    })
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)
    expect(problems).toEqual([])
  })

  it('exports nothing else', () => {
    const file = write('deep.mjs', `await import('mfa-login/dist/core.cjs')`)
    expect(() => node(file)).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})

describe('the example of docs/local-aws.md for', () => {
  it('JavaScript passes', () => {
    expect(node('--test', write('example.test.mjs', example('js')))).toMatch(/^# pass 1$/m)
  })

  it.skipIf(!has('python3', '-c', 'import boto3, pytest'))('pytest passes', async () => {
    const box = withPrograms(await sandbox())
    const file = write('test_example.py', example('python'))
    const words = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file]
    const env = { ...box.env, PATH: `${box.home}/bin:${box.env.PATH ?? ''}` }
    const { code, stdout } = await outcomeOf(spawn('python3', words, { cwd: folder, env }))
    expect(stdout).toContain('1 passed')
    expect(code).toBe(0)
  })

  it.skipIf(!has(...GO, 'list', 'github.com/aws/aws-sdk-go-v2/service/sts'))(
    'Go passes',
    async () => {
      const box = await sandbox()
      const file = write('local_aws_test.go', example('go'))
      const words = ['local-aws', '--', ...GO, 'test', '-count=1', file]
      const { code, stdout, stderr } = await box.run(words)
      expect(stdout, stderr).toMatch(/^ok /m)
      expect(code).toBe(0)
    },
    300_000,
  )
})
