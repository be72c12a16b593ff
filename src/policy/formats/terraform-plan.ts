import { isObject, lineOf, objectIn, objectsIn, textIn, type Json } from '../lines.ts'
import type { FoundPolicy, PolicyFormat } from './found-policy.ts'
import { TERRAFORM_POLICIES } from './terraform-resources.ts'

/** What "terraform show -json" prints of a plan or a state (Terraform, "JSON Output Format"). */
export const TERRAFORM_PLAN: PolicyFormat = {
  name: 'a plan or state of Terraform',
  matches: (file) => isObject(file) && 'format_version' in file,
  find: (file) => {
    const values = objectIn(file, 'planned_values' in file ? 'planned_values' : 'values')
    return findInModule(objectIn(values, 'root_module'))
  },
}

const AFTER_APPLY = {
  reason: 'known after apply only',
  remedy: 'terraform apply && terraform show -json > state.json, and check state.json',
}

function findInModule(module: Json): FoundPolicy[] {
  return [
    ...objectsIn(module, 'resources').flatMap(findInResource),
    ...objectsIn(module, 'child_modules').flatMap(findInModule),
  ]
}

function findInResource(resource: Json): FoundPolicy[] {
  const { attribute = '', type } = TERRAFORM_POLICIES.get(textIn(resource, 'type') ?? '') ?? {}
  if (type === undefined || resource.mode === 'data') return []
  const document = textIn(objectIn(resource, 'values'), attribute)
  const name = textIn(resource, 'address')
  const found = { name, type, line: lineOf(resource), document }
  return [document === undefined ? { ...found, unknown: AFTER_APPLY } : found]
}
