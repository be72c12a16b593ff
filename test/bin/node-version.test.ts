/** `bin/mfa-login.js` on a Node.js that is too old: one sentence instead of a syntax error. */
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { Linter } from 'eslint'
import { expect, it, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const source = readFileSync(new URL('../../bin/mfa-login.js', import.meta.url), 'utf8')

it('is understood by old versions', () => {
  const languageOptions = { ecmaVersion: 2015, sourceType: 'commonjs' } as const
  const problems = (code: string) => new Linter().verify(code, { languageOptions })
  expect(problems(source)).toEqual([])
  expect(problems(`${source}process?.exit()`)).toHaveLength(1)
})

/** Runs the entry as this version of Node.js; `loads` are the files that it loads. */
function runAs(version: string, ...args: string[]) {
  const result = { stderr: '', exitCode: 0, loads: [] as string[] }
  const process = {
    versions: { node: version },
    execPath: '/opt/node',
    argv: ['/opt/node', '/opt/mfa-login.js', ...args],
    on: () => undefined,
    stderr: { write: (text: string) => void (result.stderr += text) },
    set exitCode(code: number) {
      result.exitCode = code
    },
  }
  const load = (name: string) => {
    result.loads.push(name)
    return { tryFastPath: () => true, main: () => Promise.resolve(0) }
  }
  runInNewContext(source, { process, require: load, __dirname: '/opt' })
  return result
}

const MESSAGE =
  'mfa-login needs Node.js 20.19, or 22.3 or newer; this is VERSION (/opt/node). ' +
  'Try: a newer one from https://nodejs.org\n'

test.each(['6.17.1', '14.21.3', '18.20.8', '20.18.3', '21.7.3', '22.2.0'])(
  '%s is too old for every command',
  (version) => {
    for (const args of [['credential-process', '--profile', 'work'], ['prompt'], ['status'], []]) {
      const stderr = MESSAGE.replace('VERSION', version)
      expect(runAs(version, ...args)).toEqual({ stderr, exitCode: 126, loads: [] })
    }
  },
)

test.each(['20.19.0', '20.20.1', '22.3.0', '22.11.0', '23.0.0', '24.1.0', '26.0.0', '100.0.0'])(
  '%s runs it',
  (version) => {
    expect(runAs(version, 'credential-process').loads).toEqual(['../dist/fast-path.cjs'])
    expect(runAs(version, 'prompt').loads).toEqual(['../dist/fast-prompt.cjs'])
    expect(runAs(version, 'status').loads).toEqual(['../dist/core.cjs'])
  },
)

it('is the rule of package.json', () => {
  expect(manifest.engines.node).toBe('^20.19 || >=22.3')
})
