/** What a package has besides the program: manual pages, and completions as each shell looks for them. */
import { loadCommands } from '../command.ts'
import { completionFile, INIT_SHELLS } from '../shell/init.ts'
import { pageName } from './command-name.ts'
import { COMMANDS } from './command-table.ts'
import { commandPage, groupPage, programPage, type Edition } from './man-page.ts'

/** By path. */
export async function packageFiles(edition: Edition): Promise<Map<string, string>> {
  const commands = await loadCommands(COMMANDS)
  const names = commands.map(({ name }) => name)
  const groups = new Set(names.flatMap((name) => /^(.+) /.exec(name)?.[1] ?? []))
  const pages = [
    ['', programPage(COMMANDS, edition)] as const,
    ...Array.from(groups, (group) => [group, groupPage(group, COMMANDS, edition)] as const),
    ...commands.map((each) => [each.name, commandPage(each, edition)] as const),
  ]
  return new Map([
    ...pages.map(([name, text]) => [`man/${pageName(name)}.1`, text] as const),
    ...INIT_SHELLS.map((shell) => {
      const { path, text } = completionFile(shell, commands)
      return [`completions/${path}`, text] as const
    }),
  ])
}
