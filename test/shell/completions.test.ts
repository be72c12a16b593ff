/** The generated completions hold what the commands declare: run by bash, read from PowerShell’s tables. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { allOptions, operandOf, type Option } from '../../src/command.ts'
import type { CommandToComplete } from '../../src/shell/completions/offers.ts'
import { INIT_SHELLS, initScript } from '../../src/shell/init.ts'
import { has } from '../support/programs.ts'

const commands: CommandToComplete[] = await Promise.all(
  Object.entries(COMMANDS).map(async ([name, { summary, load }]) => {
    return { ...(await load()).default, name, summary }
  }),
)

const scriptFor = (shell: (typeof INIT_SHELLS)[number]): string =>
  initScript(shell, ['/opt/it’s here/node', "/opt/it's here/mfa-login.js"], commands)

function expectedFor({ choices, type }: Pick<Option, 'choices' | 'type'>): string[] {
  if (choices !== undefined) return [...choices]
  return [type === undefined ? '@nothing' : `@${type}s`]
}

const values = commands.flatMap((command) =>
  Object.entries(allOptions(command)).flatMap(([name, option]) =>
    option.value === undefined ? [] : [[`${command.name} --${name}`, option] as const],
  ),
)

describe.skipIf(!has('bash', '--version'))('completions in bash', () => {
  /** What is offered behind each line, whose last word is empty. */
  const offers = (lines: readonly string[]): string[][] => {
    const calls = lines.map((line) => `echo "$(_mfa_login_offer '' ${line})"`)
    const script = `${scriptFor('bash')}\n${calls.join('\n')}`
    const output = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    return output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '))
  }

  it('offer the values that each option declares', () => {
    expect(offers(values.map(([line]) => line))).toEqual(
      values.map(([, option]) => expectedFor(option)),
    )
  })

  it('offer what each operand declares', () => {
    const all = commands.flatMap((each) => {
      const operand = operandOf(each)
      return operand === undefined ? [] : [{ name: each.name, operand }]
    })
    expect(all.length).toBeGreaterThan(15)
    expect(offers(all.map(({ name }) => name))).toEqual(
      all.map(({ operand }) => expectedFor(operand)),
    )
  })
})

describe('completions in PowerShell', () => {
  const script = scriptFor('powershell')
  const table = (name: string): Record<string, string[]> => {
    const [, rows = ''] = new RegExp(`\\$${name} = @\\{\\n([^}]*)\\}`).exec(script) ?? []
    const entries = Array.from(
      rows.matchAll(/^ +'([^']*)' = @\(([^)]*)\)$/gm),
      ([, key = '', words = '']) => [key, words.split(', ').map((word) => word.slice(1, -1))],
    )
    return Object.fromEntries(entries) as Record<string, string[]>
  }

  it('have a table of the flags of each command', () => {
    expect(Object.keys(table('flags'))).toEqual(Object.keys(COMMANDS))
    for (const command of commands) {
      const flags = Object.keys(allOptions(command)).map((name) => `--${name}`)
      expect(table('flags')[command.name]).toEqual(flags.sort())
    }
  })

  it('have a table of the values of each option, under the short letter too', () => {
    const rows = table('values')
    for (const [line, option] of values) {
      expect(rows[line], line).toEqual(expectedFor(option))
      if (option.short === undefined) continue
      const short = line.replace(/--.*/, `-${option.short}`)
      expect(rows[short], short).toEqual(expectedFor(option))
    }
  })

  it('have no key twice, whatever its case, which PowerShell refuses', () => {
    for (const name of ['flags', 'values', 'words', 'operands']) {
      const [, rows = ''] = new RegExp(`\\$${name} = @\\{\\n([^}]*)\\}`).exec(script) ?? []
      const keys = Array.from(rows.matchAll(/^ +'([^']*)' =/gm), ([, key = '']) =>
        key.toLowerCase(),
      )
      expect(keys.length).toBeGreaterThan(0)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('quote the path of the program as PowerShell does', () => {
    expect(script).toContain(`& '/opt/it’’s here/node' '/opt/it''s here/mfa-login.js' @args`)
  })
})

describe.each(['bash', 'zsh', 'fish'] as const)('the script of shell-init for %s', (shell) => {
  it.skipIf(!has(shell, '-c', 'exit 0'))('is parsed by that shell', () => {
    expect(() => execFileSync(shell, ['-n', '-c', scriptFor(shell)])).not.toThrow()
  })
})
