import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { iamActions } from '../policy/actions/iam-actions.js'

/** A plugin of rolldown: writes manual pages and completions beside what it builds. */
export function packageFiles() {
  return {
    name: 'package-files',
    async writeBundle({ dir }) {
      // Node.js reads no TypeScript, so the code is compiled beside what it writes, and removed again.
      const code = resolve(dir, 'package-files')
      await compile(code)
      const { packageFiles } = await import(pathToFileURL(join(code, 'package-files.mjs')).href)
      for (const [path, text] of await packageFiles(edition())) {
        mkdirSync(dirname(join(dir, path)), { recursive: true })
        writeFileSync(join(dir, path), text)
      }
      rmSync(code, { recursive: true })
    },
  }
}

async function compile(dir) {
  const bundle = await rolldown({
    input: 'src/cli/package-files.ts',
    platform: 'node',
    logLevel: 'warn',
    // Packages and modules of Node.js; neither files, such as C:\FILE, nor what a plugin makes.
    external: (name) => /^(?![a-z]:)[@a-z]/i.test(name) && !name.includes('iam-data'),
    plugins: [iamActions()],
  })
  await bundle.write({ dir, entryFileNames: '[name].mjs' })
}

/** The same for every build of a commit. */
function edition() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  return { version, date: new Date(dateOfSource() * 1000).toISOString().slice(0, 10) }
}

/** In seconds since the epoch (reproducible-builds.org/specs/source-date-epoch); archives keep that of their commit. */
function dateOfSource() {
  const { SOURCE_DATE_EPOCH } = process.env
  if (SOURCE_DATE_EPOCH) return Number(SOURCE_DATE_EPOCH)
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], options))
  } catch {
    return statSync('package.json').mtimeMs / 1000
  }
}
