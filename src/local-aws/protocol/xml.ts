/** The content of an XML response. A list becomes repeated elements, a map entries of the AWS Query protocol. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlContent[]
  | ReadonlyMap<string, string | number>
  | { readonly [name: string]: XmlContent }

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** `listItem` is the element name of list members: `member` in the AWS Query protocol. */
export function toXml(content: XmlContent, listItem = 'member'): string {
  if (content === undefined) return ''
  if (typeof content !== 'object') return escapeXml(String(content))
  if (content instanceof Map) {
    const entries = Array.from(content as ReadonlyMap<string, string | number>)
    return toXml(
      entries.map(([key, value]) => ({ key, value })),
      'entry',
    )
  }
  const isList = Array.isArray(content)
  let xml = ''
  for (const [key, value] of Object.entries(content as Record<string, XmlContent>)) {
    if (value !== undefined) xml += element(isList ? listItem : key, toXml(value, listItem))
  }
  return xml
}

export function element(name: string, inner: string, namespace?: string): string {
  const xmlns = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return `<${name}${xmlns}>${inner}</${name}>`
}

/** A date in whole seconds, such as `2026-01-01T00:00:00Z`; `time` is in ms since the epoch. */
export function formatDate(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
