export function iamActions(): {
  name: string
  enforce: 'pre'
  resolveId(name: string): string | null
  load(id: string): { code: string; map: { mappings: '' } } | null
}
