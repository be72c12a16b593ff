/** What lies beside each artifact: its checksum and what it has in it. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Writes ARTIFACT.sha256, as `sha256sum --check` reads it, and ARTIFACT.cdx.json. */
export function describeArtifact(path, sbom) {
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex')
  const line = `${sum}  ${basename(path)}\n`
  writeFileSync(`${path}.sha256`, line)
  writeFileSync(`${path}.cdx.json`, sbom)
  process.stdout.write(line)
}
