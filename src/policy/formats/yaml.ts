import type { LineCounter, Node, YAMLMap } from 'yaml'
import { objectAt, type Json, type Parsed } from '../lines.ts'

/** AWS CloudFormation User Guide, "CloudFormation quotas": a template has 1 MB at most. The parser is slow beyond. */
const MAX_LENGTH = 1024 * 1024
const TOO_DEEP = 'nested more deeply than any policy'

/**
 * Parses YAML as CloudFormation reads it: a short tag such as `!Sub` becomes the object of `Fn::Sub`. Every value
 * stays text, so that 2012-10-17 becomes no date and an account ID keeps its zeros.
 */
export async function parseYaml(text: string): Promise<Parsed> {
  if (text.length > MAX_LENGTH) return { problem: 'more than 1 MB of YAML is no template' }
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  try {
    const { contents, errors } = yaml.parseDocument(text, {
      schema: 'failsafe',
      lineCounter: lines,
      prettyErrors: false,
      // Its check takes time by the square of the keys.
      uniqueKeys: false,
      // Unknown tags are those of CloudFormation.
      logLevel: 'silent',
    })
    const [error] = errors
    if (error?.code === 'RESOURCE_EXHAUSTION') return { problem: TOO_DEEP }
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0])
      return { problem: `${line}:${col}: ${error.message.replace(/\.$/, '')}`, isSyntax: true }
    }
    return { value: converter(yaml, lines)(contents) }
  } catch (reason) {
    if (reason instanceof Refused) {
      const { line, col } = lines.linePos(reason.offset)
      return { problem: `${line}:${col}: ${reason.message}` }
    }
    if (reason instanceof RangeError) return { problem: TOO_DEEP }
    throw reason
  }
}

class Refused extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

function converter(yaml: typeof import('yaml'), lines: LineCounter): (node: unknown) => unknown {
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line
  /** The line of a value under a key is that of the key. */
  const convert = (node: unknown, keyLine?: number): unknown => {
    if (!yaml.isNode(node)) return ''
    const line = keyLine ?? lineAt(node.range?.[0])
    const value = withoutTag(node, line)
    const name = /^!(\w+)$/.exec(node.tag ?? '')?.[1]
    if (name === undefined) return value
    const call = objectAt(line)
    // AWS CloudFormation User Guide, "Intrinsic function reference": these two have no prefix.
    call[name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`] = value
    return call
  }
  const withoutTag = (node: Node, line: number): unknown => {
    // AWS CloudFormation User Guide, "CloudFormation template formats": no aliases. They can grow without bound.
    if (yaml.isAlias(node)) {
      throw new Refused(node.range?.[0] ?? 0, 'CloudFormation takes no YAML alias: write it out')
    }
    if (yaml.isSeq(node)) return node.items.map((item) => convert(item))
    if (yaml.isMap(node)) return toObject(node, line)
    return yaml.isScalar(node) ? String(node.value) : ''
  }
  const toObject = ({ items }: YAMLMap, line: number): Json => {
    const object = objectAt(line)
    for (const { key, value } of items) {
      const offset = yaml.isNode(key) ? key.range?.[0] : undefined
      const name = String(convert(key))
      if (name in object) {
        throw new Refused(offset ?? 0, `the key ${JSON.stringify(name)} appears a second time`)
      }
      object[name] = convert(value, offset === undefined ? line : lineAt(offset))
    }
    return object
  }
  return convert
}
