/** The content of an XML response. A list becomes repeated elements. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlContent[]
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
  const entries = Array.isArray(content)
    ? content.map((each: XmlContent) => [listItem, each] as const)
    : Object.entries(content as Record<string, XmlContent>)
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, toXml(value, listItem)))
    .join('')
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
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
