/** What a release is called, and where its artifacts are. */
import { readFileSync } from 'node:fs'

/** Reads package.json in the current folder. */
export function readRelease() {
  const { name, version, license, description, repository } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  )
  const [, owner] =
    /^git\+https:\/\/github\.com\/([\w-]+)\/[\w.-]+\.git$/.exec(repository?.url ?? '') ?? []
  if (owner === undefined) {
    throw new Error(
      `package.json does not name a repository. Try: npm pkg set repository=github:OWNER/${name} && npm pkg fix`,
    )
  }
  const homepage = repository.url.slice('git+'.length, -'.git'.length)
  const tag = `v${version}`
  // The part before the comma fits what package managers show.
  const [summary] = description.split(',')
  return {
    name,
    version,
    license,
    summary,
    owner,
    homepage,
    tag,
    downloads: `${homepage}/releases/download/${tag}`,
  }
}
