/** A list of components as CycloneDX. */
import { expect } from 'vitest'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly properties: readonly { readonly name: string }[]
}

export interface Bom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly serialNumber: string
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** That all it names is in it, and nothing that only builds or tests. */
export function expectWhole({ metadata, components, dependencies, ...rest }: Bom): void {
  expect(rest).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' })
  // The pattern of CycloneDX's schema.
  expect(rest.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  )
  expect(metadata.component).toMatchObject({ name: 'mfa-login', type: 'application' })
  const refs = [metadata.component, ...components].map((each) => each['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  const named = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
  expect(refs).toEqual(expect.arrayContaining([...new Set(named)]))
  const properties = components.flatMap((each) => each.properties.map(({ name }) => name))
  expect(properties).not.toContain('cdx:npm:package:development')
}

export function versionsOf({ components }: Bom, name: string): string[] {
  return components.filter((each) => each.name === name).map(({ version }) => version)
}
