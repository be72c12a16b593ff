import { pathToFileURL } from 'node:url'
import { expect, it, test } from 'vitest'
import type { Log } from 'sarif'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { classicPolicy } from '../../src/policy/documents.ts'
import { sandbox } from '../support/sandbox.ts'

it('policy check finds nothing but a note in what policy show prints', async () => {
  const box = await sandbox()
  const shown = await box.run(['policy', 'show', '--partition', 'aws-cn'])
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toContain('arn:aws-cn:iam::*:user/${aws:username}')
  const checked = await box.run(['policy', 'check', '-'], { input: shown.stdout })
  expect(checked.stdout).toMatch(
    /^note first-password-blocked in .+\n.+\n.+\n\nACTION +WITHOUT MFA +WITH MFA\n/,
  )
  expect(checked.code).toBe(0)
})

it('policy show --allow-first-password lets users set their first password, and policy check warns of it', async () => {
  const box = await sandbox()
  for (const style of ['strict', 'classic']) {
    const shown = await box.run(['policy', 'show', '--style', style, '--allow-first-password'])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    const { Statement } = JSON.parse(shown.stdout) as PolicyDocument
    const [change] = Statement.filter(({ Action }) => Action?.includes('iam:ChangePassword'))
    expect(change).toMatchObject({
      Effect: 'Allow',
      Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'],
    })
    expect(Statement.at(-1)!.NotAction).toEqual(
      expect.arrayContaining(['iam:ChangePassword', 'iam:GetAccountPasswordPolicy']),
    )
    const { stdout } = await box.run(['policy', 'check', '-'], { input: shown.stdout })
    expect(stdout).toContain('warning password-without-mfa in DenyAllElseWithoutMfa')
    expect(stdout).not.toContain('first-password-blocked')
  }
})

it.each([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
])('policy show prints the policy of the partition %s', async (partition) => {
  const box = await sandbox()
  const { code, stdout } = await box.run(['policy', 'show', '--partition', partition])
  expect(code).toBe(0)
  expect(stdout).toContain(`arn:${partition}:iam::*:user/\${aws:username}`)
})

it('policy check exits with 1 for the classic policy, as text and as JSON', async () => {
  const box = await sandbox()
  const { stdout } = await box.run(['policy', 'show', '--style', 'classic'])
  box.write('policy.json', stdout)
  const words = await box.run(['policy', 'check', box.path('policy.json')])
  expect(words.code).toBe(1)
  expect(words.stdout).toContain('warning access-key-without-mfa in DenyAllElseWithoutMfa')
  const json = await box.run(['policy', 'check', '--json', box.path('policy.json')])
  expect(json.code).toBe(1)
  const { findings, matrix } = JSON.parse(json.stdout) as { findings: object[]; matrix: object[] }
  expect(findings).toHaveLength(4)
  expect(matrix.length).toBeGreaterThan(10)
})

test.each<[string[], number, string]>([
  [['policy'], 2, 'Usage: mfa-login policy COMMAND'],
  [['policy', 'check'], 2, 'Which policy?'],
  [['policy', 'verify', 'a', 'b'], 2, '"b" is one word too many'],
  [['policy', 'check', '/nowhere'], 3, 'There is no file /nowhere. Try: mfa-login policy show'],
  [['policy', 'show', '--style', 'x'], 2, 'There is no style "x"'],
  [['policy', 'show', '--partition', 'x'], 2, 'There is no partition "x"'],
])('%j exits with %i: %s', async (args, exit, words) => {
  const box = await sandbox()
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(words)
  expect(code).toBe(exit)
})

it.each([
  [['policy', 'check', '--live', 'x.json'], 'Which policy?'],
  [
    ['policy', 'check', 'x.json', '--group', 'g'],
    '--group needs --live. Try: leave out --group, or without FILE: mfa-login policy check --live --group g\n',
  ],
  [['policy', 'check', 'x.json', '-p', 'work'], '--profile needs --live. Try: leave out --profile'],
  [
    ['policy', 'check', '--user', 'bob', '-p', 'work'],
    '--user needs --live. Try: mfa-login policy check --user bob -p work --live\n',
  ],
  [
    ['policy', 'apply', '--group', 'g', '--style', 'scp'],
    'Try: mfa-login policy show --style scp, which prints it for aws organizations create-policy\n',
  ],
  [
    ['policy', 'apply', '--group', 'g', '--style', 'x'],
    'There is no style "x". Try: --style strict or',
  ],
  [['policy', 'check', 'x.json', '--json', '--sarif'], 'cannot be used with --json'],
  [['policy', 'check', '--live', '--sarif'], 'about a file'],
  [
    ['policy', 'check', '--live', '--user', 'a', '--group', 'g'],
    '--user and --group cannot be used together',
  ],
])('%j is refused: %s', async (args, words) => {
  const box = await sandbox()
  const { code, stderr } = await box.run(args)
  expect(stderr).toContain(words)
  expect(code).toBe(2)
})

it('policy check prints no control characters of a policy', async () => {
  const box = await sandbox()
  const policy = classicPolicy()
  policy.Statement.at(-1)!.NotAction!.push('iam:\u001B]0;title\u0007\u001B[31mX')
  const { stderr } = await box.run(['policy', 'check', '-'], { input: JSON.stringify(policy) })
  expect(stderr).toContain('[31mX')
  expect(stderr).not.toMatch(/[\u001B\u0007]/)
  const input = '{"Version":"2012-10-17","\\u001B[31mOops":1,"Statement":[]}'
  const refused = await box.run(['policy', 'check', '-'], { input })
  expect(refused.stderr).toContain('[31mOops')
  expect(refused.stderr).not.toContain('\u001B')
})

it('policy check prints SARIF with the lines of the statements', async () => {
  const box = await sandbox()
  const text = JSON.stringify(classicPolicy(), undefined, 2)
  box.write('Richtlinie für MFA.json', text)
  const file = box.path('Richtlinie für MFA.json')
  const { code, stdout } = await box.run(['policy', 'check', file, '--sarif'])
  const log = JSON.parse(stdout) as Log
  const [run] = log.runs
  expect(log.version).toBe('2.1.0')
  expect(run!.tool.driver.rules!.map(({ id }) => id)).toContain('services-blocked')
  const result = run!.results!.find(({ ruleId }) => ruleId === 'services-blocked')!
  const { artifactLocation, region } = result.locations![0]!.physicalLocation!
  expect(artifactLocation!.uri).toBe(pathToFileURL(file).href)
  expect(text.split('\n')[region!.startLine!]).toContain('DenyAllElseWithoutMfa')
  expect(result.level).toBe('warning')
  expect(code).toBe(1)
})

it('policy check refuses what is too large for the type, and what is nested too deeply', async () => {
  const box = await sandbox()
  const policy = classicPolicy()
  policy.Statement.push(...Array.from({ length: 9 }, () => ({ ...policy.Statement[4]!, Sid: '' })))
  const input = JSON.stringify(policy)
  const check = ['policy', 'check', '-']
  const managed = await box.run(check, { input })
  expect(managed.stdout).not.toContain('too-large')
  const group = await box.run([...check, '--type', 'user'], { input })
  expect(group.stdout).toMatch(
    /^error too-large\n  \d+ characters without whitespace; AWS takes 2048/,
  )
  const deep = await box.run(check, { input: '['.repeat(200_000) })
  expect(deep).toMatchObject({ code: 3, stdout: '' })
  expect(deep.stderr).toContain('nested more deeply than any policy')
})

it('policy check names line and column of invalid JSON', async () => {
  const box = await sandbox()
  const { code, stderr } = await box.run(['policy', 'check', '-'], { input: '{\n  "a": oops\n}' })
  expect(stderr).toContain('stdin: 2:8: ')
  expect(code).toBe(3)
})
