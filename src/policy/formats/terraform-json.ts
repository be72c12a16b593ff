import { isObject, lineOf, textIn, type Json } from '../lines.ts'
import { MAKE_PLAN, settleUnknown, type FoundPolicy, type PolicyFormat } from './found-policy.ts'
import { convertDocument } from './terraform-document.ts'
import {
  blocks,
  readModule,
  resolveExpressions,
  splitTemplate,
  type Module,
} from './terraform-expressions.ts'
import { TERRAFORM_POLICIES } from './terraform-resources.ts'

export const TERRAFORM_JSON: PolicyFormat = {
  name: 'Terraform’s JSON',
  matches: (file) =>
    isObject(file) &&
    ['resource', 'data', 'module', 'provider', 'terraform', 'variable'].some((block) =>
      [file[block]].flat().some(isObject),
    ),
  find: (file) => {
    const module = readModule(file)
    const data = new Map(blocks(file, 'data', 'aws_iam_policy_document'))
    const resources = findResources(file, module, data)
    const used = new Set(resources.map(({ source }) => source))
    const others = [...data].filter(([name]) => !used.has(name))
    return [
      ...resources,
      ...others.map(([name, block]) => {
        const line = lineOf(firstOf(block))
        return { name: `data.aws_iam_policy_document.${name}`, line, ...ofData(block, module) }
      }),
    ]
  },
}

/** `source` is the data source that makes the document. */
function findResources(file: Json, module: Module, data: ReadonlyMap<string, unknown>) {
  return [...TERRAFORM_POLICIES].flatMap(([kind, { attribute, type }]) =>
    blocks(file, 'resource', kind).map(([name, block]) => {
      const body = firstOf(block)
      const text = textIn(body, attribute)
      const source = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.(?:minified_)?json\}$/.exec(
        text ?? '',
      )?.[1]
      const known = data.get(source ?? '')
      const found = known === undefined ? ofText(text, module) : ofData(known, module)
      return { name: `${kind}.${name}`, type, source, line: lineOf(body), ...found }
    }),
  )
}

function firstOf(block: unknown): unknown {
  return Array.isArray(block) ? (block as unknown[])[0] : block
}

type Found = Pick<FoundPolicy, 'document' | 'unknown'>

function ofText(text: string | undefined, module: Module): Found {
  const isComputed = splitTemplate(text ?? '').some(
    (part) => 'expression' in part && !/^[\w.-]+$/.test(part.expression),
  )
  const document = isComputed || text === undefined ? undefined : resolveExpressions(text, module)
  const isText = typeof document === 'string' && document.trimStart().startsWith('{')
  return isText
    ? { document }
    : { document: undefined, unknown: { reason: 'an expression of Terraform', remedy: MAKE_PLAN } }
}

function ofData(block: unknown, module: Module): Found {
  const body = firstOf(block)
  const isMerged = ['source', 'override'].some(
    (kind) => isObject(body) && `${kind}_policy_documents` in body,
  )
  if (isMerged)
    return {
      document: undefined,
      unknown: { reason: 'merged from other documents', remedy: MAKE_PLAN },
    }
  return { document: settleUnknown(convertDocument(resolveExpressions(body, module))) }
}
