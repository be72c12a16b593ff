/** Prints what is new in the version of a tag, or says why it cannot be released: check.mjs TAG OWNER/REPOSITORY */
import { readFileSync } from 'node:fs'
import { readRelease } from './release.mjs'

const [tag, repository] = process.argv.slice(2)
const { version, homepage, tag: expected } = readRelease()
const [, section] = readFileSync('CHANGELOG.md', 'utf8').split(
  new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b.*\n`, 'm'),
)
const problem = [
  [tag !== expected, `The tag is ${tag}, and the version of package.json ${version}.`],
  [
    homepage !== `https://github.com/${repository}`,
    `package.json names ${homepage}, and this is ${repository}.`,
  ],
  [section === undefined, `CHANGELOG.md has no heading ## ${version}.`],
].find(([isProblem]) => isProblem)
if (problem !== undefined) throw new Error(problem[1])
process.stdout.write(`${section.split(/^## /m)[0].trim()}\n`)
