/** A policy in the forms that people keep policies in, as their tools write them. */
import { Document, isScalar, visit } from 'yaml'
import type { PolicyDocument } from '../../src/policy/document.ts'

type Values = Readonly<Record<string, unknown>>

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** Fn::Sub reads `${!name}` as the text `${name}`. */
const escapeForSub = (text: string): string => text.replaceAll('${', '${!')

function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)])
  return Object.fromEntries(entries) as Values
}

const inSub = (document: PolicyDocument) =>
  mapTexts(document, (text) => (text.includes('${') ? { 'Fn::Sub': escapeForSub(text) } : text))

const resource = (PolicyDocument: unknown) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Resources: { Gate: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } } },
})

function yamlWithTags(document: PolicyDocument): string {
  const yaml = new Document(resource(document), { version: '1.1', aliasDuplicateObjects: false })
  visit(yaml, {
    Scalar: (_, node) => {
      if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes('${')) return
      node.value = escapeForSub(node.value)
      node.tag = '!Sub'
    },
  })
  return String(yaml)
}

const escapeForTerraform = (text: string): string => text.replaceAll('${', () => '$${')

const NAMES = {
  Sid: 'sid',
  Effect: 'effect',
  Action: 'actions',
  NotAction: 'not_actions',
  Resource: 'resources',
  NotResource: 'not_resources',
} as const

function dataSource(document: PolicyDocument): Values {
  const statement = document.Statement.map(({ Condition = {}, ...elements }) => ({
    ...Object.fromEntries(
      Object.entries(elements).map(([name, value]) => [NAMES[name as keyof typeof NAMES], value]),
    ),
    condition: Object.entries(Condition).flatMap(([test, keys]) =>
      Object.entries(keys).map(([variable, values]) => ({ test, variable, values })),
    ),
  }))
  const block = { version: document.Version, statement }
  return mapTexts(block, (text) => text.replaceAll('${', '&{')) as Values
}

const plan = (values: Values): Values => ({
  format_version: '1.2',
  terraform_version: '1.11.4',
  ...values,
})

const planned = (document: PolicyDocument): Values => ({
  address: 'aws_iam_policy.gate',
  mode: 'managed',
  type: 'aws_iam_policy',
  name: 'gate',
  values: { name: 'gate', policy: JSON.stringify(document) },
})

const encoded = (document: PolicyDocument): string =>
  // IAM encodes more than JavaScript does.
  encodeURIComponent(pretty(document)).replaceAll('*', '%2A').replaceAll("'", '%27')

/** By what a person would call it. */
export const FORMS: Readonly<Record<string, (document: PolicyDocument) => string>> = {
  'plain JSON': pretty,
  'plain JSON with a byte order mark': (document) => `\uFEFF${pretty(document)}`,
  'get-policy-version': (Document) =>
    pretty({ PolicyVersion: { Document, VersionId: 'v2', IsDefaultVersion: true } }),
  'get-policy-version, URL-encoded': (document) =>
    pretty({ PolicyVersion: { Document: encoded(document), VersionId: 'v2' } }),
  'get-group-policy': (PolicyDocument) =>
    pretty({ GroupName: 'developers', PolicyName: 'gate', PolicyDocument }),
  'get-account-authorization-details': (Document) =>
    pretty({
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [
        {
          PolicyName: 'gate',
          PolicyVersionList: [
            { VersionId: 'v2', IsDefaultVersion: true, Document },
            { VersionId: 'v1', IsDefaultVersion: false, Document: {} },
          ],
        },
      ],
    }),
  'describe-policy': (document) =>
    pretty({ Policy: { PolicySummary: { Name: 'gate' }, Content: JSON.stringify(document) } }),
  'CloudFormation, JSON': (document) => pretty(resource(inSub(document))),
  'CloudFormation, JSON without functions': (document) => pretty(resource(document)),
  'CloudFormation, YAML': (document) =>
    String(new Document(resource(inSub(document)), { aliasDuplicateObjects: false })),
  'CloudFormation, YAML with short tags': yamlWithTags,
  'Terraform JSON, a text': (document) =>
    pretty({
      resource: {
        aws_iam_policy: { gate: { policy: escapeForTerraform(JSON.stringify(document)) } },
      },
    }),
  'Terraform JSON, a data source': (document) =>
    pretty({
      resource: {
        aws_iam_policy: { gate: { policy: '${data.aws_iam_policy_document.gate.json}' } },
      },
      data: { aws_iam_policy_document: { gate: dataSource(document) } },
    }),
  'Terraform JSON, a data source alone, in lists': (document) =>
    pretty({ data: [{ aws_iam_policy_document: [{ gate: [dataSource(document)] }] }] }),
  'a plan': (document) =>
    JSON.stringify(
      plan({
        planned_values: { root_module: { child_modules: [{ resources: [planned(document)] }] } },
      }),
    ),
  'a state': (document) =>
    JSON.stringify(plan({ values: { root_module: { resources: [planned(document)] } } })),
}
