import { isObject, lineOf, objectIn, textIn, type Json } from '../lines.ts'
import type { PolicyType } from '../size.ts'
import { settleUnknown, type FoundPolicy, type PolicyFormat, type Unknown } from './found-policy.ts'
import { conditionHolds, readTemplate, resolveValue, type Template } from './intrinsic-functions.ts'

export const CLOUDFORMATION: PolicyFormat = {
  name: 'a CloudFormation template',
  matches: (file) =>
    isObject(file) && ('AWSTemplateFormatVersion' in file || isObject(file.Resources)),
  find: (file) => {
    const conditions = readTemplate(file)
    return Object.entries(objectIn(file, 'Resources')).flatMap(([id, resource]) => {
      if (makesPolicies(id, resource)) {
        return [
          { name: id, line: lineOf(file.Resources), document: undefined, unknown: UNEXPANDED },
        ]
      }
      const condition = textIn(resource, 'Condition')
      const isLeftOut = condition !== undefined && conditionHolds(condition, conditions) === false
      return isObject(resource) && !isLeftOut ? findIn(id, resource, readTemplate(file)) : []
    })
  },
}

/** What only CloudFormation expands (AWS CloudFormation User Guide, "Transform reference"). */
const UNEXPANDED: Unknown = {
  reason: 'expanded by CloudFormation only',
  remedy:
    'aws cloudformation get-template --template-stage Processed --stack-name NAME, and check its TemplateBody',
}

function makesPolicies(id: string, resource: unknown): boolean {
  return (
    id === 'Fn::Transform' ||
    (id.startsWith('Fn::') && /"AWS::(IAM|Organizations)::/.test(JSON.stringify(resource)))
  )
}

/** The resources that are a policy, and what of. */
const POLICIES = new Map<string, (properties: Json) => readonly PolicyType[]>(
  Object.entries({
    'AWS::IAM::ManagedPolicy': () => ['managed'],
    'AWS::IAM::Policy': typesOfInline,
    'AWS::IAM::UserPolicy': () => ['user'],
    'AWS::IAM::GroupPolicy': () => ['group'],
    'AWS::IAM::RolePolicy': () => ['role'],
    'AWS::Organizations::Policy': ({ Type }) => (Type === 'SERVICE_CONTROL_POLICY' ? ['scp'] : []),
  } satisfies Record<string, (properties: Json) => readonly PolicyType[]>),
)

/** Becomes an inline policy of each user, group and role. One of users has the least room; of roles, other things are asked. */
function typesOfInline({ Users, Groups, Roles }: Json): PolicyType[] {
  const forUsers: PolicyType[] =
    Users === undefined ? (Groups === undefined ? [] : ['group']) : ['user']
  return Roles === undefined && forUsers.length > 0 ? forUsers : [...forUsers, 'role']
}

/** The resources that have inline policies. */
const OWNERS = new Map<string, PolicyType>(
  Object.entries({
    'AWS::IAM::User': 'user',
    'AWS::IAM::Group': 'group',
    'AWS::IAM::Role': 'role',
  } as const),
)

function findIn(id: string, resource: Json, template: Template): FoundPolicy[] {
  const kind = textIn(resource, 'Type') ?? ''
  const properties = objectIn(resource, 'Properties')
  const types = POLICIES.get(kind)?.(properties)
  const line = lineOf(resource)
  if (types !== undefined) {
    const { PolicyDocument, Content } = properties
    const found = resolveDocument(PolicyDocument ?? Content, template)
    return types.map((type) => {
      const name = types.length > 1 ? `${id} (${type})` : id
      return { name, type, line, ...found }
    })
  }
  const ownerType = OWNERS.get(kind)
  return ownerType === undefined ? [] : findInline(id, ownerType, properties, template)
}

function findInline(
  id: string,
  type: PolicyType,
  properties: Json,
  template: Template,
): FoundPolicy[] {
  const policies = resolveValue(properties.Policies ?? [], template)
  const list: unknown[] = [policies ?? []].flat()
  return list.map((policy, index) => ({
    name: `${id}/${textIn(policy, 'PolicyName') ?? `#${index + 1}`}`,
    type,
    line: isObject(policy) ? lineOf(policy) : lineOf(properties),
    ...resolveDocument(isObject(policy) ? policy.PolicyDocument : policy, template),
  }))
}

const NOT_TOLD: Unknown = {
  reason: 'without a document that the template tells',
  remedy: 'mfa-login policy check --live, once the stack is deployed',
}

function resolveDocument(
  document: unknown,
  template: Template,
): Pick<FoundPolicy, 'document' | 'assumes' | 'unknown'> {
  const resolved = settleUnknown(resolveValue(document, template))
  if (!isTold(resolved)) return { document: undefined, unknown: NOT_TOLD }
  return { document: resolved, assumes: [...template.assumed] }
}

/** References to what the template does not have are text. */
function isTold(document: unknown): boolean {
  if (!isObject(document)) {
    return typeof document === 'string' && document.trimStart().startsWith('{')
  }
  return ![document.Statement].flat().some((each) => typeof each === 'string')
}
