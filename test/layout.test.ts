/** Holds commands, files, documentation and the direction of imports together. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../src/cli/command-table.ts'
import type { Option } from '../src/command.ts'
import { EXIT } from '../src/failure.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const text = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const filesIn = (folder: string): string[] =>
  readdirSync(`${ROOT}${folder}`, { recursive: true })
    .map((name) => `${folder}/${String(name)}`.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
const importsIn = (source: string): string[] =>
  Array.from(
    source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([\w@.][^'\n]*)'/g),
    ([, name = '']) => name,
  )
const importsOf = (path: string): string[] => importsIn(text(path))

describe('commands', () => {
  const names = Object.keys(COMMANDS)

  it('are files, one each', () => {
    const files = filesIn('src/commands').map((path) => path.slice('src/commands/'.length, -3))
    expect(files.sort()).toEqual(names.map((name) => name.replace(' ', '/')).sort())
  })

  it('are headings of docs/usage.md, in order', () => {
    const headings = Array.from(
      text('docs/usage.md').matchAll(/^## mfa-login (.+)$/gm),
      ([, name]) => name,
    )
    expect(headings).toEqual(names)
  })

  test.each(names)('%s: its options refer to each other by names that exist', async (name) => {
    const { options, operand, rest } = (await COMMANDS[name]!.load()).default
    const declared: Partial<Option>[] = [...Object.values(options), operand ?? {}, rest ?? {}]
    const named = declared.flatMap(({ conflicts = [], requires, required }) =>
      [...conflicts, requires, required?.unless].filter((each) => each !== undefined),
    )
    expect(Object.keys(options)).toEqual(expect.arrayContaining(named))
    const letters = declared.flatMap(({ short }) => short ?? [])
    expect(new Set(letters).size).toBe(letters.length)
  })

  it('are parsed, explained and completed without the name of an option in the code that does it', async () => {
    const all = await Promise.all(names.map(async (name) => (await COMMANDS[name]!.load()).default))
    const options = new Set(all.flatMap((each) => Object.keys(each.options)))
    const ofCli = ['parse', 'parameters', 'help', 'describe-option', 'man-page'].map(
      (name) => `src/cli/${name}.ts`,
    )
    const generic = [...ofCli, ...filesIn('src/shell/completions')]
    for (const path of generic) {
      const flags = Array.from(text(path).matchAll(/--([a-z-]+)/g), ([, flag = '']) => flag)
      expect(flags.filter((flag) => options.has(flag))).toEqual([])
    }
  })

  test.each(names)('%s is run by a test of the whole program', (name) => {
    const tests = filesIn('test/program').map(text).join('\n')
    expect(tests).toContain(`'${name.replace(' ', "', '")}'`)
  })
})

it('every exit code is documented', () => {
  for (const code of Object.values(EXIT))
    expect(text('docs/usage.md')).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
})

it('every failure has a hint, unless a person said no', () => {
  const isLacking = (node: ts.Node): boolean => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Failure') {
      const [exit, , hint] = node.arguments ?? []
      return hint === undefined && exit?.getText() !== "'cancelled'"
    }
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'usageFailure') return false
    return node.arguments.length < 2
  }
  const lacking: string[] = []
  for (const path of filesIn('src')) {
    const file = ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true)
    const walk = (node: ts.Node): void => {
      if (isLacking(node)) lacking.push(`${path}: ${node.getText()}`)
      ts.forEachChild(node, walk)
    }
    walk(file)
  }
  expect(lacking).toEqual([])
})

describe('dependencies', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: object }

  it('are each accounted for in docs/security.md, and no others', () => {
    const [, section = ''] = text('docs/security.md').split('## Dependencies\n')
    const cells = Array.from(section.matchAll(/^\|([^|]+)\|/gm), ([, cell = '']) => cell)
    const named = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, n]) => n))
    const all = filesIn('src').flatMap((path) =>
      importsIn(text(path).replace(/^import type [^']*'[^']+'$/gm, '')),
    )
    const packages = all.flatMap((name) => /^(?!node:)(@[^/]+\/)?\w[^/]*/.exec(name)?.[0] ?? [])
    expect(named.sort()).toEqual([...new Set(packages)].sort())
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)))
  })

  it('run no install script, and are locked by hash', () => {
    const { packages } = JSON.parse(text('package-lock.json')) as {
      packages: Record<string, { hasInstallScript?: boolean; integrity?: string }>
    }
    const installed = Object.entries(packages).filter(([name]) => name !== '')
    expect(installed.length).toBeGreaterThan(Object.keys(dependencies).length)
    for (const [name, { hasInstallScript = false, integrity }] of installed) {
      expect({ name, hasInstallScript }).toEqual({ name, hasInstallScript: false })
      expect(integrity, name).toMatch(/^sha512-/)
    }
  })
})

/** The folder of src a file is in; a file beside the folders counts as one of its own. */
const folderOf = (path: string): string => path.split('/')[1]!.replace(/\.ts$/, '')
const innerImportsOf = (path: string): string[] =>
  importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(path), name))

/**
 * What each folder imports, and nothing else. Every folder leads only to folders below it in this table:
 * the entries, the command line, the commands, the domains, and what implements the outside world.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  standalone: ['fast-path', 'main', 'platform'],
  main: ['cli', 'platform'],
  cli: ['command', 'commands', 'profile', 'session', 'shell'],
  commands: [
    'administration',
    'audit',
    'aws',
    'command',
    'consent',
    'demo',
    'device',
    'doctor',
    'fast-path',
    'import',
    'keys',
    'local-aws',
    'mfa',
    'new-file',
    'options',
    'planned-change',
    'policy',
    'print-json',
    'profile',
    'session',
    'shell',
    'table',
  ],
  'planned-change': ['consent', 'profile'],
  options: ['mfa', 'profile', 'session'],
  audit: ['administration', 'aws', 'crypto', 'mfa', 'policy', 'table'],
  demo: ['aws', 'device', 'local-aws', 'mfa', 'profile', 'shell'],
  administration: ['aws', 'mfa', 'policy', 'profile', 'session', 'shell'],
  doctor: ['aws', 'mfa', 'profile', 'session', 'shell'],
  import: ['profile', 'session'],
  keys: ['aws', 'mfa', 'profile', 'session'],
  'local-aws': ['device', 'policy'],
  device: ['aws', 'mfa', 'profile', 'session'],
  'fast-path': ['mfa', 'platform', 'profile', 'session'],
  session: ['aws', 'crypto', 'mfa', 'profile'],
  mfa: ['aws', 'crypto', 'profile'],
  profile: ['aws'],
  policy: ['table'],
  shell: ['command'],
  command: [],
  consent: [],
  'new-file': [],
  'print-json': [],
  table: [],
  platform: ['aws', 'crypto'],
  crypto: [],
  aws: [],
}
/** What every folder may import: the view of the outside world, its errors, the variables of a session, and small helpers. */
const FOUNDATION = [
  'closest',
  'context',
  'credential-variables',
  'failure',
  'memoize',
  'non-empty',
  'sanitize',
  'wrap',
]

describe('imports between folders', () => {
  const folders = [...new Set(filesIn('src').map(folderOf))].filter(
    (name) => !FOUNDATION.includes(name),
  )

  it('are of the folders that the table lists', () => {
    expect(folders.sort()).toEqual(Object.keys(FOLDERS).sort())
  })

  test.each(Object.entries(FOLDERS))('of %s are those of the table', (folder, listed) => {
    const files = filesIn('src').filter((path) => folderOf(path) === folder)
    const targets = files.flatMap(innerImportsOf).map(folderOf)
    const others = targets.filter((name) => name !== folder && !FOUNDATION.includes(name))
    expect([...new Set(others)].sort()).toEqual(listed)
  })

  it('lead down the table only, and so round in no circle', () => {
    const order = Object.keys(FOLDERS)
    const up = Object.entries(FOLDERS).flatMap(([folder, targets]) =>
      targets
        .filter((name) => order.indexOf(name) <= order.indexOf(folder))
        .map((name) => `${folder} → ${name}`),
    )
    expect(up).toEqual([])
  })

  it('of the foundation lead nowhere, but to the types of what a context hands out', () => {
    for (const name of FOUNDATION) {
      const path = `src/${name}.ts`
      const values = importsIn(text(path).replace(/^import type [^']*'[^']+'$/gm, ''))
      const packages = name === 'wrap' ? ['get-east-asian-width'] : []
      expect(values, path).toEqual(packages)
    }
    expect(innerImportsOf('src/context.ts').sort()).toEqual(['src/aws/api.ts', 'src/failure.ts'])
  })

  it('lead out of the fast path to no command, no SDK, and no package but that of the digest', () => {
    const reached = new Set<string>()
    const packages = new Set<string>()
    const walk = (path: string): void => {
      if (reached.has(path)) return
      reached.add(path)
      const values = text(path).replace(/^import type [^']*'[^']+'$/gm, '')
      for (const name of importsIn(values)) {
        if (/^(?!\.|node:)/.test(name)) packages.add(`${path} → ${name}`)
      }
      const inner = importsIn(values).filter((name) => name.startsWith('.'))
      for (const name of inner) walk(join(dirname(path), name))
    }
    for (const name of ['fast-path', 'miss', 'from-files', 'fast-prompt'])
      walk(`src/fast-path/${name}.ts`)
    expect([...packages]).toEqual(['src/session/model/digest.ts → @noble/hashes/sha2.js'])
    const outside = [...reached].filter((path) => /^src\/(aws|cli|commands)\//.test(path))
    expect(outside).toEqual([])
  })
})

/** Files that may read the clock, the disk, the network or the process themselves. */
const TOUCHES_MACHINE =
  /^src\/(main\.ts|standalone\.ts|cli\/dispatch\.ts|(platform|fast-path|local-aws|demo)\/|aws\/(?!errors\/))/

describe('files', () => {
  const all = filesIn('src')
  const pure = all.filter((path) => /^\/\*\*(?:(?!\*\/)[^])*\bpure\. \*\//.test(text(path)))
  const checked = all.filter((path) => !TOUCHES_MACHINE.test(path) || pure.includes(path))

  test.each(checked)('%s touches the machine through its context only', (path) => {
    // The second reader, which uses the SDK’s, reads no file.
    const packages = path.endsWith('/independent-readers.ts')
      ? []
      : ['@aws-sdk', '@smithy', 'prompts']
    const machine = /^node:(?!crypto$|util$|path$)|\/platform\//
    const isImpure = (name: string): boolean =>
      machine.test(name) || packages.some((each) => name.startsWith(each))
    expect(importsOf(path).filter(isImpure)).toEqual([])
    // A digest is computed and touches nothing, however its module is loaded.
    const code = text(path).replace("process.getBuiltinModule('node:crypto')", '')
    expect(code).not.toMatch(/(?<!-)\bprocess\.\w|Date\.now\(\)/)
  })

  test.each(pure)('%s says that it is pure, and gets no context', (path) => {
    expect(innerImportsOf(path)).not.toContain('src/context.ts')
  })
})

it('documentation names files that exist', () => {
  const documents = readdirSync(`${ROOT}docs`, { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith('.md'))
  for (const document of [...documents, 'CONTRIBUTING.md', 'src/fast-path/README.md']) {
    const named = Array.from(
      text(document).matchAll(/`((?:src|test|bin)\/[\w./-]*[\w/])`/g),
      ([, path = '']) => path,
    )
    const missing = named.filter((path) => !path.includes('NAME') && !existsSync(`${ROOT}${path}`))
    expect(missing, document).toEqual([])
  }
})

it('each promise of docs/security.md names tests that exist', () => {
  const [, section = ''] = text('docs/security.md').split('## What mfa-login guarantees\n')
  const [, ...promises] = section.split(/\n##+ (?:Limits|Dependencies)/)[0]!.split(/^- /m)
  expect(promises.length).toBeGreaterThan(5)
  for (const promise of promises) {
    const tests = Array.from(promise.matchAll(/^ {2}- `(test\/[\w/.-]+)`: (.+)$/gm))
    expect(tests.length, promise).toBeGreaterThan(0)
    for (const [, path = '', name = ''] of tests) expect(testNamesIn(path), path).toContain(name)
  }
})

/** The names of a file's tests and groups of tests, as they are written. */
function testNamesIn(path: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText())) {
      const [name] = node.arguments
      if (name !== undefined && ts.isStringLiteralLike(name)) names.push(name.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true))
  return names
}

describe('imports', () => {
  it('of each of the AWS SDK’s clients are in one file, and of its parts in aws, the local AWS and the second reader', () => {
    const all = filesIn('src').filter((path) => !path.startsWith('src/local-aws/'))
    const users = (pattern: RegExp): string[] =>
      all.filter((path) => importsOf(path).some((name) => pattern.test(name)))
    expect(users(/^@aws-sdk\/client-iam/)).toEqual(['src/aws/iam/operations.ts'])
    expect(users(/^@aws-sdk\/client-sts/)).toEqual(['src/aws/sts.ts'])
    expect(users(/^@aws-sdk\/nested-clients/)).toEqual(['src/aws/console-hosts.ts'])
    const others = users(/^@(aws-sdk|smithy)/).filter((path) => !path.startsWith('src/aws/'))
    expect(others).toEqual(['src/profile/ini/independent-readers.ts'])
  })

  it('lead round in no circle', () => {
    const done = new Set<string>()
    const walk = (path: string, way: readonly string[]): void => {
      expect(way, `${way.join(' → ')} → ${path}`).not.toContain(path)
      if (done.has(path)) return
      const inner = importsOf(path).filter((name) => name.startsWith('.'))
      for (const name of inner) walk(join(dirname(path), name), [...way, path])
      done.add(path)
    }
    for (const path of filesIn('src')) walk(path, [])
  })

  it('lead to files that exist', () => {
    for (const path of filesIn('src')) {
      for (const name of importsOf(path).filter((each) => each.startsWith('.'))) {
        expect(existsSync(new URL(name, `file://${ROOT}${path}`)), `${path}: ${name}`).toBe(true)
      }
    }
  })
})
