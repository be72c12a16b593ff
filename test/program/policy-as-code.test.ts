/** What policy show writes is the same policy in each form, as other programs read it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { parse } from '@cdktf/hcl2json'
import { expect, it, test } from 'vitest'
import { readFound } from '../../src/policy/read-found.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { readPolicies } from '../../src/policy/read-policies.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SOON = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10)
const FLAGS: readonly string[][] = [
  [],
  ['--style', 'classic', '--partition', 'aws-cn'],
  ['--except-path', '/machines/', '--except-tag', 'mfa=exempt', '--until', SOON],
]
const NAMED = ['--name', '2nd.gate+x', '--group', 'developers']

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { shell: process.platform === 'win32' }).status === 0
const itWhere = (program: string) =>
  it.skipIf(!isInstalled(program)).each(FLAGS.map((flags) => [flags]))

async function shown(box: Sandbox, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await box.run(['policy', 'show', ...flags])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

async function documentIn(text: string): Promise<PolicyDocument> {
  const { policies } = await readPolicies(text, 'file')
  expect(policies).toHaveLength(1)
  return readFound(policies[0]!, 'file').document
}

it.each(FLAGS.map((flags) => [flags]))(
  'policy check reads what policy show %j writes for Terraform and CloudFormation',
  async (flags) => {
    const box = await sandbox()
    const original = JSON.parse(await shown(box, ...flags)) as PolicyDocument
    expect(JSON.stringify(original)).toContain('${aws:username}')
    const template = await shown(box, ...flags, ...NAMED, '--format', 'cloudformation')
    expect(await documentIn(template)).toEqual(original)
    const terraform = await shown(box, ...flags, ...NAMED, '--format', 'terraform')
    const tree = (await parse('main.tf', terraform)) as object
    expect(await documentIn(JSON.stringify(tree))).toEqual(original)
    expect(tree).toMatchObject({
      resource: {
        aws_iam_policy: { _2nd_gate_x: [{ name: '2nd.gate+x' }] },
        aws_iam_group_policy_attachment: {
          _2nd_gate_x: [{ group: 'developers', policy_arn: '${aws_iam_policy._2nd_gate_x.arn}' }],
        },
      },
    })
    // The same lines, checked by the program itself.
    const codesOf = async (input: string): Promise<string[]> => {
      const { stdout } = await box.run(['policy', 'check', '-', '--json'], { input })
      const { findings } = JSON.parse(stdout) as { findings: { code: string }[] }
      return findings.map(({ code }) => code)
    }
    expect(await codesOf(template)).toEqual(await codesOf(JSON.stringify(original)))
  },
)

itWhere('terraform')(
  'terraform evaluates policy show %j to the same policy, and has nothing to format (skipped without terraform)',
  async (flags) => {
    const box = await sandbox()
    const original = JSON.parse(await shown(box, ...flags)) as PolicyDocument
    const text = await shown(box, ...flags, ...NAMED, '--format', 'terraform')
    const cwd = `${box.home}/terraform`
    mkdirSync(cwd)
    writeFileSync(`${cwd}/main.tf`, text)
    const terraform = (...args: string[]) =>
      spawnSync('terraform', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
    expect(terraform('fmt', '-check', '-diff')).toMatchObject({ status: 0, stdout: '' })
    // The resource needs the provider; its text does not.
    const [, heredoc] = /policy = (<<-JSON\n[^]*?\n {2}JSON\n)/.exec(text)!
    writeFileSync(`${cwd}/main.tf`, `output "policy" {\n  value = ${heredoc}}\n`)
    const applied = terraform('apply', '-auto-approve', '-no-color')
    expect(applied.status, applied.stderr).toBe(0)
    const { stdout } = terraform('output', '-raw', 'policy')
    expect(JSON.parse(stdout)).toEqual(original)
  },
)

itWhere('cfn-lint')(
  'cfn-lint finds nothing in the template of policy show %j (skipped without cfn-lint)',
  async (flags) => {
    const box = await sandbox()
    const text = await shown(box, ...flags, ...NAMED, '--format', 'cloudformation')
    box.write('template.yml', text)
    const options = { encoding: 'utf8', shell: process.platform === 'win32' } as const
    const args = ['--include-checks', 'I', '--', box.path('template.yml')]
    const { stdout, stderr } = spawnSync('cfn-lint', args, options)
    expect(stdout + stderr).toBe('')
  },
)

it('policy show writes a file, and replaces none without --force', async () => {
  const box = await sandbox()
  const file = box.path('mfa.tf')
  const show = ['policy', 'show', '--format', 'terraform', '--output', file]
  expect(await box.run(show)).toMatchObject({ code: 0, stdout: '', stderr: `Wrote ${file}.\n` })
  const first = readFileSync(file, 'utf8')
  const refused = await box.run([...show, '--style', 'classic'])
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toContain(`${file} exists. Try: mfa-login policy show`)
  expect(refused.stderr).toContain('--force')
  expect(readFileSync(file, 'utf8')).toBe(first)
  expect((await box.run([...show, '--style', 'classic', '--force'])).code).toBe(0)
  expect(readFileSync(file, 'utf8')).not.toBe(first)
  expect(statSync(file).isFile()).toBe(true)
})

test.each([
  [
    ['--group', 'developers'],
    'A policy in JSON has no group. Try: --format terraform or --format cloudformation, or in IAM: mfa-login policy apply --group developers\n',
  ],
  [['--name', 'gate'], 'or in IAM: mfa-login policy apply --name gate --group NAME\n'],
  [['--style', 'scp', '--group', 'g'], 'Try: leave out --group, which aws organizations'],
  [['--style', 'scp', '--name', 'gate'], 'Try: leave out --name, which aws organizations'],
  [['--format', 'terraform', '--group', 'a"b'], 'A group cannot be called "a\\"b".'],
  [['--format', 'terraform', '--name', 'a ${b}'], 'A policy cannot be called "a ${b}".'],
  [['--format', 'pulumi'], 'There is no format "pulumi".'],
  [['--style', 'scp', '--format', 'terraform'], 'written as JSON only. Try: --format json'],
  [['--force'], '--force needs --output. Try: mfa-login policy show --force --output FILE\n'],
])('policy show %j is refused: %s', async (flags, words) => {
  const box = await sandbox()
  const { code, stdout, stderr } = await box.run(['policy', 'show', ...flags])
  expect(stderr).toContain(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

it.each(['policy show --output', 'audit --profile work --html'])(
  '%s makes no folder',
  async (words) => {
    const box = await sandbox()
    const command = words.split(' ')
    const missing = await box.run([...command, box.path('missing/file')])
    expect(missing.stderr).toBe(
      `mfa-login: There is no folder ${box.path('missing')}. Try: create it, then: mfa-login ${words} ${box.path('missing/file')}\n`,
    )
    expect(existsSync(box.path('missing'))).toBe(false)
    const folder = await box.run([...command, box.home])
    expect(folder.stderr).toBe(
      `mfa-login: ${box.home} is a folder. Try: the name of a file in it\n`,
    )
    expect([missing.code, folder.code]).toEqual([3, 3])
    expect(box.aws.requests).toEqual([])
  },
)
