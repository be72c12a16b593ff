import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defineConfig } from 'rolldown'
import { packageFiles } from './src/cli/package-files.plugin.js'
import { declarations } from './src/local-aws/declarations.plugin.js'
import { iamActions } from './src/policy/actions/iam-actions.js'

/** The licenses of what is bundled; they must go wherever it goes. */
function licenses() {
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)
      const folders = new Set(modules.filter((id) => id.includes('node_modules')).map(packageOf))
      const namesByText = new Map()
      // By name, as the modules may be linked to from elsewhere.
      const all = [...folders].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
      for (const folder of all) {
        const text = licenseIn(folder, all)
        namesByText.set(text, [...(namesByText.get(text) ?? []), nameOf(folder)])
      }
      const texts = Array.from(namesByText, ([text, names]) => `${names.join('\n')}\n\n${text}`)
      const source = texts.join(`\n${'-'.repeat(80)}\n\n`)
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source })
    },
  }
}

/** Some packages leave the text to another one of the same repository. */
function licenseIn(folder, all) {
  const own = licenseFile(folder)
  if (own !== undefined) return read(folder, own)
  const { license, repository } = manifestOf(folder)
  const kin = all.find((other) => {
    const theirs = manifestOf(other)
    const isSame = theirs.license === license && theirs.repository?.url === repository?.url
    return isSame && licenseFile(other) !== undefined
  })
  if (kin === undefined) throw new Error(`no text of the license of ${folder}`)
  return read(kin, licenseFile(kin))
}

function licenseFile(folder) {
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

/** The script that the package `open` brings for systems without one; its license is at its head. */
function opener() {
  return {
    name: 'opener',
    writeBundle({ dir }) {
      copyFileSync('node_modules/open/xdg-open', join(dir, 'xdg-open'))
      chmodSync(join(dir, 'xdg-open'), 0o755)
    },
  }
}

/** Writes what a chunk exports in a third of the text: V8 takes 0.04 ms for each kilobyte of it. */
function shortExports() {
  const one =
    /^Object\.defineProperty\(exports, ['"]([\w$]+)['"], \{\n\s*enumerable: true,\n\s*get: function ?\(\) \{\n\s*return ([\w$]+);\n\s*\}\n\}\);\n/gm
  const all =
    '(getters => { for (const name in getters) Object.defineProperty(exports, name, { enumerable: true, get: getters[name] }) })'
  return {
    name: 'short-exports',
    renderChunk(code) {
      const getters = Array.from(code.matchAll(one), ([, name, value]) => `${name}: () => ${value}`)
      return { code: `${code.replace(one, '')}\n${all}({ ${getters.join(', ')} });`, map: null }
    },
  }
}

const common = {
  platform: 'node',
  logLevel: 'warn',
  // A part that one command loads with its first use may be in the chunk of another from the start.
  checks: { ineffectiveDynamicImport: false },
}

/** Parts of the AWS SDK that are never reached, as src/aws/sdk.ts configures it; they take long to load. */
const UNREACHED = [
  '@aws-sdk/credential-provider-node',
  '@aws-sdk/signature-v4-multi-region',
  '@smithy/node-http-handler',
]
const unreached = resolve('src/aws/unreached.ts')

/** The whole program except a native module, of which each platform has its own. */
const whole = {
  ...common,
  external: ['@napi-rs/keyring'],
  resolve: {
    // As ES modules, of which a bundle leaves out what is not used.
    mainFields: ['module', 'main'],
    conditionNames: ['module', 'import', 'node'],
    alias: Object.fromEntries(UNREACHED.map((name) => [name, unreached])),
  },
}
/** CommonJS, which Node starts faster than modules. `npm run build` moves it to `dist` when it is whole. */
const output = {
  dir: 'dist.new',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  // Small files are compiled sooner: a hit through Node takes a twentieth less. The maps name the sources.
  minify: true,
  // `bin/mfa-login.js` calls `main` of a chunk by its name.
  minifyInternalExports: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Wherever the modules are linked to, so that a build does not depend on its folder.
  sourcemapPathTransform: (path) => path.replace(/^.*?\/node_modules\//, '../node_modules/'),
  dynamicImportInCjs: false,
}

/** For .ci/release/standalone.mjs: one file, which becomes an executable. */
const standalone = {
  ...whole,
  external: [],
  resolve: {
    ...whole.resolve,
    alias: {
      ...whole.resolve.alias,
      '@napi-rs/keyring': resolve('src/platform/no-keyring.ts'),
    },
  },
  input: { standalone: 'src/standalone.ts' },
  plugins: [iamActions(), licenses(), opener(), packageFiles()],
  output: { ...output, dir: 'standalone', codeSplitting: false, sourcemap: false },
}

const installed = [
  // Each on its own, as V8 takes 0.05 ms for each kilobyte, used or not.
  ...['fast-path', 'miss', 'from-files', 'fast-prompt'].map((name) => ({
    ...common,
    input: { [name]: `src/fast-path/${name}.ts` },
    output,
  })),
  {
    ...whole,
    // Apart from the program, whose chunks export in a way that no ES module can read names from.
    input: { 'local-aws-library': 'src/local-aws/library.ts' },
    // Without comments that name the folders of modules, which depend on that of the build.
    experimental: { attachDebugInfo: 'none' },
    plugins: [declarations('src/local-aws/library.ts')],
    // Node.js shows the line of an error that nothing catches, and a minified file is one line.
    output: {
      ...output,
      minify: { codegen: { removeWhitespace: false } },
      codeSplitting: false,
      sourcemap: false,
    },
  },
  {
    ...whole,
    input: { main: 'src/main.ts' },
    plugins: [iamActions(), licenses(), opener(), shortExports(), packageFiles()],
    output: {
      ...output,
      chunkFileNames: '[name].cjs',
      // A cached session needs one file and a login four, as each file that is opened costs half a millisecond.
      codeSplitting: {
        groups: [
          // Read by `policy check` only.
          { name: 'iam-actions', test: /[\\/]iam-data[\\/]/, priority: 4 },
          {
            name: 'core',
            test: /[\\/]src[\\/](main|options|print-json|platform[\\/]files[\\/](lock-holder|held-locks)|session[\\/](acquire[\\/](session-variables|log-in)|model[\\/]local-time))\.ts$/,
            priority: 3,
          },
          {
            name: 'login',
            test: /[\\/]src[\\/](platform[\\/](files[\\/]changes|keyring)|session[\\/]acquire[\\/](create-or-wait|create-\w+-session|create-with-code)|session[\\/]cache[\\/](sweep|written-notes)|profile[\\/]files[\\/](edit-file|change-files))\.ts$/,
            priority: 2,
          },
          {
            name: 'aws',
            test: /[\\/]src[\\/](aws[\\/](client|call-settings)|profile[\\/]ini[\\/]independent-readers)\.ts$|shared-ini-file-loader|[\\/]node_modules[\\/]ini[\\/]/,
            priority: 1,
          },
          {
            name: 'sdk',
            test: /[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/]|[\\/]src[\\/]aws[\\/](sdk|http[\\/]sdk-handler)\.ts$/,
            minShareCount: 2,
          },
        ],
      },
    },
  },
]

export default defineConfig(process.env.STANDALONE ? standalone : installed)
