/**
 * What an artifact has in it, as CycloneDX: `npm sbom` of the lock file, cut down to what was bundled or is installed
 * with it. To npm, what is bundled is a development dependency.
 */
import { createHash } from 'node:crypto'
import { npm } from './npm.mjs'

const DEVELOPMENT = 'cdx:npm:package:development'
const BUNDLED = 'cdx:npm:package:bundled'

/**
 * `licenses` is the text of LICENSES.txt, `installed` says whether npm installs the dependencies too, and `extra` are
 * components that npm does not know.
 */
export function sbom({ licenses, installed = false, extra = [] }) {
  const all = fromLockFile()
  const bundled = bundledIn(licenses)
  const refsOfAll = new Set(all.components.map((each) => each['bom-ref']))
  const missing = [...bundled].filter((ref) => !refsOfAll.has(ref))
  if (missing.length > 0) throw new Error(`package-lock.json does not have ${missing.join(', ')}`)
  const isBundled = (component) => bundled.has(component['bom-ref'])
  const components = all.components
    .filter((each) => isBundled(each) || (installed && !isDevelopment(each)))
    .map((each) => (isBundled(each) ? asBundled(each) : each))
  return `${JSON.stringify(documentOf(all, [...components, ...extra]), null, 2)}\n`
}

function documentOf({ metadata, dependencies, serialNumber: _, ...all }, components) {
  const root = metadata.component
  const refs = new Set([root, ...components].map((each) => each['bom-ref']))
  const document = {
    ...all,
    // Without npm's time, and with the name of the package instead of that of the folder.
    metadata: {
      ...metadata,
      timestamp: undefined,
      component: { ...root, name: root['bom-ref'].split('@')[0] },
    },
    components,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((each) => refs.has(each)),
      })),
  }
  // npm's is random.
  return { ...document, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(document))}` }
}

function fromLockFile() {
  const format = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  return JSON.parse(npm('sbom', ...format, '--package-lock-only'))
}

/** `name@version` of each line `name version (license)` at the head of a license. */
function bundledIn(licenses) {
  const heads = licenses
    .split(`\n${'-'.repeat(80)}\n\n`)
    .flatMap((each) => each.split('\n\n')[0].split('\n'))
  return new Set(heads.map((line) => line.replace(/^(\S+) (\S+) \(.*\)$/, '$1@$2')))
}

function isDevelopment({ properties }) {
  return properties.some(({ name }) => name === DEVELOPMENT)
}

function asBundled(component) {
  const others = component.properties.filter(({ name }) => name !== DEVELOPMENT)
  return {
    ...component,
    scope: 'required',
    properties: [...others, { name: BUNDLED, value: 'true' }],
  }
}

/** RFC 9562, version 8: 122 bits of a digest. */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
