/** The tables of options in docs/usage.md are written from the declarations: `npx vitest run usage-tables -u`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { describeOption, flagsOf } from '../../src/cli/describe-option.ts'
import { GLOBAL_OPTIONS, loadCommands, type Options } from '../../src/command.ts'

const PATH = fileURLToPath(new URL('../../docs/usage.md', import.meta.url))
const TABLE = /^\| Option .*\n(?:\|.*\n)+/m

const code = (text: string): string => `\`${text}\``
const MARKUP = { plain: (text: string): string => text.replace(/[|<*_]/g, '\\$&'), code }

function tableOf(options: Options): string {
  const rows = Object.entries(options).map(
    ([name, option]) => [code(flagsOf(name, option)), describeOption(option, MARKUP)] as const,
  )
  return [['Option', 'Meaning'], ['-', '-'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}

/** Replaces the one table of options in the section. */
function withTable(section: string, title: string, options: Options): string {
  const isNeeded = Object.keys(options).length > 0
  expect(TABLE.test(section), `${title} has a table of options`).toBe(isNeeded)
  return section.replace(TABLE, () => tableOf(options))
}

it('the tables of options in docs/usage.md are those of the declarations', async () => {
  const written = readFileSync(PATH, 'utf8')
  const optionsOf = new Map(
    (await loadCommands(COMMANDS)).map(({ name, options }) => [`mfa-login ${name}`, options]),
  )
  optionsOf.set('Options of every command', GLOBAL_OPTIONS)
  const sections = written.split(/^(?=## )/m).map((section) => {
    const [, title = ''] = /^## (.*)\n/.exec(section) ?? []
    const options = optionsOf.get(title)
    return options === undefined ? section : withTable(section, title, options)
  })
  const text = await format(sections.join(''), {
    ...(await resolveConfig(PATH)),
    parser: 'markdown',
  })
  await expect(text).toMatchFileSnapshot(PATH)
})
