import { command } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { INIT_SHELLS, initScript } from '../shell/init.ts'

export default command({
  about:
    'Prints what a shell’s start-up file takes in: a function, so that "mfa-login use PROFILE" changes\n' +
    'the shell, and completions of commands, options and profiles.',
  options: {},
  operand: { value: 'SHELL', about: INIT_SHELLS.join(', ') },
  examples: [
    ['eval "$(mfa-login shell-init bash)"', 'in ~/.bashrc'],
    ['eval "$(mfa-login shell-init zsh)"', 'in ~/.zshrc, after compinit'],
    ['mfa-login shell-init fish | source', 'in ~/.config/fish/config.fish'],
    ['mfa-login shell-init powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
  parse: (_, operand) => {
    const shell = INIT_SHELLS.find((each) => each === operand)
    if (shell !== undefined) return { shell }
    throw usageFailure('Which shell?', `mfa-login shell-init ${INIT_SHELLS.join(' or ')}`)
  },
  run: async ({ shell }, context, table) => {
    const commands = Object.entries(table).map(async ([name, { summary, load }]) => {
      const { options, operand, rest } = (await load()).default
      return { name, summary, options, ...(operand && { operand }), ...(rest && { rest }) }
    })
    context.print(initScript(shell, { self: context.self, commands: await Promise.all(commands) }))
    return 'ok'
  },
})
