/** Terraform AWS provider, "Data Source: aws_iam_policy_document". */
import { isObject, mapValues, objectsIn, textIn, type Json } from '../lines.ts'

/** The policy of the data source. It has `&{aws:username}` for `${aws:username}`. */
export function convertDocument(block: unknown): Json | undefined {
  if (!isObject(block)) return undefined
  const document = mapValues(block, () => undefined)
  document.Version = textIn(block, 'version') ?? '2012-10-17'
  document.Statement = objectsIn(block, 'statement').map(convertStatement)
  return document
}

const ELEMENTS: Readonly<Record<string, string>> = {
  sid: 'Sid',
  effect: 'Effect',
  actions: 'Action',
  not_actions: 'NotAction',
  resources: 'Resource',
  not_resources: 'NotResource',
}

function convertStatement(statement: Json): Json {
  const converted = mapValues(statement, () => undefined)
  converted.Effect = 'Allow'
  for (const [name, element] of Object.entries(ELEMENTS)) {
    if (statement[name] !== undefined) converted[element] = withVariables(statement[name])
  }
  const conditions = objectsIn(statement, 'condition')
  if (conditions.length > 0) converted.Condition = convertConditions(conditions)
  return converted
}

function convertConditions(conditions: readonly Json[]): Json {
  const operators: Record<string, Json> = {}
  for (const condition of conditions) {
    const keys = (operators[textIn(condition, 'test') ?? ''] ??= {})
    const key = textIn(condition, 'variable') ?? ''
    // The provider joins the values of blocks with the same test and variable.
    const values = [keys[key] ?? [], withVariables(condition.values) ?? []].flat()
    keys[key] = values.length === 0 ? undefined : values
  }
  return operators
}

function withVariables(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withVariables)
  return typeof value === 'string' ? value.replaceAll('&{', '${') : value
}
