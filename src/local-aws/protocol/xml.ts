/** What an answer says; XML has no lists, so theirs are repeated elements. */
export type Content =
  string | number | boolean | undefined | readonly Content[] | { readonly [name: string]: Content }

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** `listItem` names the elements of lists: AWS Query says `member`. */
export function toXml(content: Content, listItem = 'member'): string {
  if (content === undefined) return ''
  if (typeof content !== 'object') return escapeXml(String(content))
  const entries = Array.isArray(content)
    ? content.map((each: Content) => [listItem, each] as const)
    : Object.entries(content as Record<string, Content>)
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, toXml(value, listItem)))
    .join('')
}

export function element(name: string, inner: string, namespace?: string): string {
  const xmlns = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return `<${name}${xmlns}>${inner}</${name}>`
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
