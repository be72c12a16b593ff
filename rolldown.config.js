import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defineConfig } from 'rolldown'

/** The licences of what is bundled, which ask to go wherever it goes. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)
      const folders = new Set(modules.filter((id) => id.includes('node_modules')).map(packageOf))
      const namesByText = new Map()
      const all = [...folders].sort()
      for (const folder of all) {
        const text = licenceIn(folder, all)
        namesByText.set(text, [...(namesByText.get(text) ?? []), nameOf(folder)])
      }
      const texts = Array.from(namesByText, ([text, names]) => `${names.join('\n')}\n\n${text}`)
      const source = texts.join(`\n${'-'.repeat(80)}\n\n`)
      this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source })
    },
  }
}

/** Some packages leave it to another one of the same repository. */
function licenceIn(folder, all) {
  const own = licenceFile(folder)
  if (own !== undefined) return read(folder, own)
  const { license, repository } = manifestOf(folder)
  const kin = all.find((other) => {
    const theirs = manifestOf(other)
    const isSame = theirs.license === license && theirs.repository?.url === repository?.url
    return isSame && licenceFile(other) !== undefined
  })
  if (kin === undefined) throw new Error(`no text of the licence of ${folder}`)
  return read(kin, licenceFile(kin))
}

function licenceFile(folder) {
  return readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
}

function manifestOf(folder) {
  return JSON.parse(read(folder, 'package.json'))
}

function nameOf(folder) {
  const { name, version, license } = manifestOf(folder)
  return `${name} ${version} (${license})`
}

function packageOf(module) {
  let folder = dirname(module)
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

function read(folder, file) {
  return readFileSync(join(folder, file), 'utf8')
}

/** The script that the package `open` has beside itself for systems without one; its licence is its head. */
function opener() {
  return {
    name: 'opener',
    writeBundle({ dir }) {
      copyFileSync('node_modules/open/xdg-open', join(dir, 'xdg-open'))
      chmodSync(join(dir, 'xdg-open'), 0o755)
    },
  }
}

const common = { platform: 'node', logLevel: 'warn' }

/** The whole program, but for a native module, of which there is one for each platform. */
const whole = {
  ...common,
  external: ['@napi-rs/keyring'],
  // As modules, of which a bundle leaves out what nobody uses.
  resolve: { mainFields: ['module', 'main'], conditionNames: ['module', 'import', 'node'] },
}
/** CommonJS: Node starts it in less time than modules. */
const output = {
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  sourcemap: true,
  dynamicImportInCjs: false,
}

/** For .ci/standalone: one file, as an executable can have no other beside it. */
const standalone = {
  ...whole,
  external: [],
  resolve: {
    ...whole.resolve,
    alias: { '@napi-rs/keyring': resolve('src/platform/no-keyring.ts') },
  },
  input: { standalone: 'src/standalone.ts' },
  plugins: [licences(), opener()],
  output: { ...output, dir: 'standalone', codeSplitting: false, sourcemap: false },
}

const installed = [
  { ...common, input: { 'fast-path': 'src/fast-path/fast-path.ts' }, output },
  {
    ...whole,
    input: { main: 'src/main.ts' },
    plugins: [licences(), opener()],
    output: {
      ...output,
      chunkFileNames: '[name].cjs',
      // What a cached session needs is one file, what a login needs are three: each costs half a millisecond.
      codeSplitting: {
        groups: [
          {
            name: 'core',
            test: /[\\/]src[\\/](main|commands[\\/](login|credential-process|env|exec|use|status))\.ts$/,
            priority: 3,
          },
          {
            name: 'login',
            test: /[\\/]src[\\/](session[\\/]acquire[\\/]create-\w+-session|profile[\\/]files[\\/]edit-file)\.ts$/,
            priority: 2,
          },
          {
            name: 'aws',
            test: /[\\/]src[\\/](aws[\\/]client|profile[\\/]ini[\\/]independent-readers)\.ts$|shared-ini-file-loader|[\\/]node_modules[\\/]ini[\\/]/,
            priority: 1,
          },
          { name: 'sdk', test: /[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/]/, minShareCount: 2 },
        ],
      },
    },
  },
]

export default defineConfig(process.env.STANDALONE ? standalone : installed)
