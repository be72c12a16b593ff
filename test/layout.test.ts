/** Holds commands, files, documentation and the direction of imports together. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../src/cli/command-table.ts'
import { EXIT } from '../src/failure.ts'

const ROOT = new URL('..', import.meta.url).pathname
const text = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const filesIn = (folder: string): string[] =>
  readdirSync(`${ROOT}${folder}`, { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith('.ts'))
const importsIn = (source: string): string[] =>
  Array.from(source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g), ([, name = '']) => name)
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

  test.each(names)('%s: its options are documented', async (name) => {
    const { options } = (await COMMANDS[name]!.load()).default
    const section = text('docs/usage.md').split(`## mfa-login ${name}\n`)[1]!.split('\n## ')[0]!
    for (const option of Object.keys(options)) expect(section).toContain(`--${option}`)
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

it('every failure has a hint, but where a person said no, and within keys rotate, which gives its own', () => {
  const isLacking = (node: ts.Node): boolean => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Failure') {
      const [exit, , hint] = node.arguments ?? []
      return hint === undefined && exit?.getText() !== "'cancelled'"
    }
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'usageFailure') return false
    return node.arguments.length < 2
  }
  const lacking: string[] = []
  for (const path of filesIn('src').filter((name) => !name.startsWith('src/keys/'))) {
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

describe('imports', () => {
  const IMPURE = /^(node:(?!crypto|util$)|@aws-sdk|@smithy|prompts|.*\/platform\/)/
  const pure = [
    ...[
      'ini/ini-file',
      'ini/lines',
      'ini/scan',
      'ini/edit',
      'resolve',
      'target',
      'setup/setup-plan',
      'paths',
    ].map((name) => `src/profile/${name}.ts`),
    ...[
      'serial',
      'token-code',
      'prompts/prompt-choice',
      'prompts/asking',
      'prompts/dialogs',
      'prompts/pinentry',
      'prompts/ykman',
    ].map((name) => `src/mfa/${name}.ts`),
    ...['naming', 'code-pair'].map((name) => `src/device/${name}.ts`),
    ...[
      'model/session',
      'cache/encryption',
      'cache/encryption-setting',
      'model/duration',
      'cache/inventory',
      'model/session-length',
    ].map((name) => `src/session/${name}.ts`),
    ...['errors/classify', 'errors/explain', 'call-settings', 'sts-endpoint', 'endpoint-url'].map(
      (name) => `src/aws/${name}.ts`,
    ),
    ...filesIn('src/policy'),
    ...filesIn('src/import'),
    ...['finding', 'process-line', 'answers', 'sessions', 'diagnose', 'messages'].map(
      (name) => `src/doctor/${name}.ts`,
    ),
  ]

  test.each(pure)('%s is pure', (path) => {
    expect(importsOf(path).filter((name) => IMPURE.test(name))).toEqual([])
    expect(text(path)).not.toMatch(/\bprocess\.|Date\.now\(\)/)
  })

  it('of the AWS SDK’s clients are in one file, and of its parts in aws, the local AWS and the second reader', () => {
    const all = filesIn('src').filter((path) => !path.startsWith('src/local-aws/'))
    const users = (pattern: RegExp): string[] =>
      all.filter((path) => importsOf(path).some((name) => pattern.test(name)))
    expect(users(/^@aws-sdk\/client/)).toEqual(['src/aws/sdk.ts'])
    const others = users(/^@(aws-sdk|smithy)/).filter((path) => !path.startsWith('src/aws/'))
    expect(others).toEqual(['src/profile/ini/independent-readers.ts'])
  })

  it('of platform and aws lead to no domain', () => {
    for (const path of [...filesIn('src/platform'), ...filesIn('src/aws')]) {
      const inner = importsOf(path).filter((name) => name.startsWith('.'))
      const allowed = /^src\/(platform|aws|context\.ts|crypto\.ts|failure\.ts|sanitize\.ts)/
      expect(
        inner.map((name) => join(dirname(path), name)).filter((name) => !allowed.test(name)),
        path,
      ).toEqual([])
    }
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
