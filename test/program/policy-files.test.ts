/** policy check on the files that people keep policies in. */
import type { Log } from 'sarif'
import { expect, it, test } from 'vitest'
import { strictPolicy, classicPolicy } from '../../src/policy/documents.ts'
import { FORMS } from '../support/policy-forms.ts'
import { sandbox } from '../support/sandbox.ts'

interface Output {
  readonly findings: readonly {
    code: string
    file: string
    line?: number
    policy?: string
    statement: string | null
  }[]
  readonly matrix: readonly object[]
  readonly policies: readonly { file: string; policy: string; type: string; line: number }[]
}

it.each(Object.keys(FORMS))(
  'policy check finds in %s what it finds in the policy',
  async (form) => {
    const box = await sandbox()
    box.write('policy', FORMS[form]!(classicPolicy()))
    const check = ['policy', 'check', box.path('policy')]
    const { code, stdout, stderr } = await box.run([...check, '--type', 'managed', '--json'])
    expect(stderr).toBe('')
    expect(code).toBe(1)
    const { findings, matrix } = JSON.parse(stdout) as Output
    expect(findings.map((each) => each.code)).toEqual([
      'access-key-without-mfa',
      'password-without-mfa',
      'delete-without-mfa',
      'services-blocked',
    ])
    for (const { file, line } of findings) {
      expect(file).toBe(box.path('policy'))
      expect(line).toBeGreaterThan(0)
    }
    expect(matrix).toHaveLength(12)
  },
)

const TEMPLATE = `AWSTemplateFormatVersion: 2010-09-09
Resources:
  Gate:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Sid: DenyAll
            Effect: Deny
            NotAction: [iam:CreateVirtualMFADevice, iam:EnableMFADevice]
            Resource: '*'
            Condition:
              Bool: { aws:MultiFactorAuthPresent: false }
  Developers:
    Type: AWS::IAM::Group
    Properties:
      ManagedPolicyArns: [!Ref Gate]
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: 2012-10-17
            Statement: { Effect: Allow, Action: 's3:*', Resource: !GetAtt Data.Arn }
  Data:
    Type: AWS::S3::Bucket
`

it('policy check judges the gates of a template, and names the line and the other policies', async () => {
  const box = await sandbox()
  box.write('template.yml', TEMPLATE)
  const { code, stdout, stderr } = await box.run(['policy', 'check', box.path('template.yml')])
  expect(stdout).toContain('error bool-not-if-exists in Gate: DenyAll (line 9)\n')
  expect(stdout).toContain('s3:ListAllMyBuckets ')
  expect(stdout).not.toContain('Developers')
  expect(stderr).toBe('Not checked, as no Deny in them looks at MFA: Developers/work.\n')
  expect(code).toBe(1)
})

it('policy check reads several files and stdin, and SARIF has the place of each finding', async () => {
  const box = await sandbox()
  box.write('template.yml', TEMPLATE)
  box.write('plan.json', FORMS['a plan']!(classicPolicy()))
  const files = [box.path('template.yml'), box.path('plan.json'), '-']
  const input = FORMS['plain JSON']!(strictPolicy())
  const words = await box.run(['policy', 'check', ...files], { input })
  expect(words.stdout).toContain(`in ${box.path('template.yml')}: Gate: DenyAll (line 9)\n`)
  expect(words.stdout).toContain(
    `in ${box.path('plan.json')}: aws_iam_policy.gate: DenyAllElseWithoutMfa (line 1)\n`,
  )
  expect(words.stdout).toMatch(/^CHECKED POLICY +FILE +LINE\nGate .+ 3\n/m)
  expect(words.stdout).toContain('--policy NAME')
  const json = await box.run(['policy', 'check', ...files, '--json'], { input })
  const { findings, policies } = JSON.parse(json.stdout) as Output
  expect(policies.map(({ file, policy, type, line }) => [file, policy, type, line])).toEqual([
    [files[0], 'Gate', 'managed', 3],
    [files[1], 'aws_iam_policy.gate', 'managed', 1],
    ['-', '-', 'managed', 1],
  ])
  const sarif = await box.run(['policy', 'check', ...files, '--sarif'], { input })
  const results = (JSON.parse(sarif.stdout) as Log).runs[0]!.results!
  expect(results).toHaveLength(findings.length)
  const places = results.map(({ ruleId, locations }) => {
    const { physicalLocation, logicalLocations } = locations![0]!
    const { artifactLocation, region } = physicalLocation!
    const name = logicalLocations?.[0]!.name
    return [ruleId, artifactLocation!.uri!.split('/').at(-1), region!.startLine, name]
  })
  expect(places).toContainEqual(['bool-not-if-exists', 'template.yml', 9, 'Gate'])
  expect(places).toContainEqual(['services-blocked', 'plan.json', 1, 'aws_iam_policy.gate'])
})

it('policy check --policy chooses one policy, and suggests a name', async () => {
  const box = await sandbox()
  box.write('template.yml', TEMPLATE)
  const check = ['policy', 'check', box.path('template.yml'), '--policy']
  const chosen = await box.run([...check, 'Developers/work'])
  expect(chosen.stdout).toContain('error no-mfa-deny')
  const { code, stderr } = await box.run([...check, 'Gates'])
  expect(stderr).toBe('mfa-login: There is no policy "Gates" in the file. Try: --policy "Gate"\n')
  expect(code).toBe(2)
})

it('policy check says that a file has no gate', async () => {
  const box = await sandbox()
  const template = JSON.stringify({
    Resources: Object.fromEntries(
      ['A', 'B'].map((name) => {
        const Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
        const PolicyDocument = { Version: '2012-10-17', Statement }
        return [name, { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } }]
      }),
    ),
  })
  const { code, stdout, stderr } = await box.run(['policy', 'check', '-'], { input: template })
  expect(stdout).toMatch(/^error no-mfa-deny\n {2}No Deny statement looks at MFA/)
  expect(stderr).toContain('no Deny in them looks at MFA: A, B.')
  expect(code).toBe(1)
})

const DEEP = 100_000
const UNKNOWN =
  'no policy in a known form; known are a plan or state of Terraform, a CloudFormation template'

test.each([
  ['main.tf', 'resource "aws_iam_policy" "gate" {\n  policy = ""\n}\n', 'terraform show -json'],
  ['empty.yml', 'Resources: { B: { Type: AWS::S3::Bucket } }', 'template without an IAM policy'],
  ['other.yml', 'hello: world\n', UNKNOWN],
  ['words', 'hello\n', UNKNOWN],
  ['users.csv', 'user,arn\n"x: {y",1\n', UNKNOWN],
  ['page.html', '<!doctype html>\n<title>x: y</title>\n<style>a{b:c}</style>\n', UNKNOWN],
  ['other.json', '{"a":1}', UNKNOWN],
  ['nothing.json', ' \n', 'nothing.json: it is empty.'],
  ['nul.json', '{"Version":\n"\0"}', 'line 2 has a NUL character'],
  ['twice.yml', 'Resources:\n  A: 1\n  A: 2\n', '3:3: the key "A" appears a second time'],
  ['twice.json', '{"Resources":{"A":1,\n"A":2}}', '2:1: the key "A" appears a second time'],
  ['broken.yml', 'Resources:\n  - [}\n', '2:6: '],
  ['bomb.yml', 'a: &a [x]\nb: &b [*a, *a, *a]\n', '2:8: CloudFormation takes no YAML alias'],
  ['flow.yml', `a: ${'['.repeat(DEEP)}`, 'nested more deeply than any policy'],
  ['list.yml', '- '.repeat(DEEP), 'nested more deeply than any policy'],
  ['large.yml', `a: ${'x'.repeat(2_000_000)}`, 'more than 1 MB of YAML'],
  ['large.json', `{"a":"${'x'.repeat(50_000_000)}"}`, '48 MB is more than the 32 MB'],
  [
    'unknown.json',
    '{"resource":{"aws_iam_policy":{"p":{"policy":"${jsonencode({})}"}}}}',
    'aws_iam_policy.p is an expression of Terraform. Try: terraform plan',
  ],
  [
    'grows.yml',
    `Parameters: { P: { Type: String, Default: ${'x'.repeat(4000)} } }
Resources:
  G:
    Type: AWS::IAM::ManagedPolicy
    Properties: { PolicyDocument: { Statement: { Sid: !Sub '${'${P}'.repeat(100_000)}' } } }`,
    'its functions make more text than any policy has',
  ],
])('policy check refuses %s in one line', async (name, text, words) => {
  const box = await sandbox()
  box.write(name, text)
  const { code, stdout, stderr } = await box.run(['policy', 'check', box.path(name)])
  expect(stderr).toContain(words)
  expect(stderr).toMatch(/^[^\n]+ Try: [^\n]+\n$/)
  expect(stdout).toBe('')
  expect(code).toBe(3)
})

it('policy check takes a template with as many keys as a template can have', async () => {
  const box = await sandbox()
  const resources = Array.from({ length: 60_000 }, (_, index) => `  K${index}: 1\n`).join('')
  const input = `${TEMPLATE}Outputs:\n${resources}`
  const { code, stdout } = await box.run(['policy', 'check', '-'], { input })
  expect(stdout).toContain('in Gate: DenyAll (line 9)')
  expect(code).toBe(1)
})

it('policy check reports on the other policies before it fails for one that it cannot read', async () => {
  const box = await sandbox()
  const broken = `  Bad:
    Type: AWS::IAM::ManagedPolicy
    Properties: { PolicyDocument: '{x: "aws:MultiFactorAuthPresent"}' }
`
  const args = ['policy', 'check', '-']
  const { code, stdout, stderr } = await box.run(args, { input: `${TEMPLATE}${broken}` })
  expect(stdout).toContain('error bool-not-if-exists in Gate: DenyAll (line 9)\n')
  expect(stderr).toMatch(/: Bad: Invalid symbol at 1:2 of its text\. Try: [^\n]+\n$/)
  expect(code).toBe(3)
})

it('policy check reports each file that it cannot read, and checks the others', async () => {
  const box = await sandbox()
  box.write('main.tf', 'resource "aws_iam_policy" "gate" {\n}\n')
  box.write('template.yml', TEMPLATE)
  const files = ['main.tf', 'missing.json', 'template.yml'].map((name) => box.path(name))
  const { code, stdout, stderr } = await box.run(['policy', 'check', ...files])
  expect(stdout).toContain('error bool-not-if-exists')
  expect(stderr).toContain(`There is no file ${files[1]}. Try: mfa-login policy show >`)
  expect(stderr).toContain(`mfa-login: ${files[0]} is Terraform’s own language`)
  expect(code).toBe(3)
  const none = await box.run(['policy', 'check', '--json', files[1]!, files[0]!])
  expect(none.stderr).toMatch(/main\.tf is Terraform’s[^]*^mfa-login: There is no file /m)
  expect(none).toMatchObject({ code: 3, stdout: '' })
})

it('policy check says that a folder is none of the files', async () => {
  const box = await sandbox()
  const { code, stdout, stderr } = await box.run(['policy', 'check', box.home])
  expect(stderr).toBe(`mfa-login: ${box.home} is a folder. Try: the names of the files in it\n`)
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
})
