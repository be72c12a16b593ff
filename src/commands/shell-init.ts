import { command, loadCommands } from '../command.ts'
import { INIT_SHELLS, initScript } from '../shell/init.ts'

export default command({
  about:
    'Prints code for the startup file of a shell: a function, so that "mfa-login use PROFILE" changes the ' +
    'shell, and completions of commands, options and their values.',
  options: {},
  operand: {
    value: 'SHELL',
    about: 'the shell',
    choices: INIT_SHELLS,
    required: {
      question: 'Which shell?',
      hint: `mfa-login shell-init ${INIT_SHELLS.join(' or ')}`,
    },
  },
  examples: [
    ['eval "$(mfa-login shell-init bash)"', 'in ~/.bashrc'],
    ['eval "$(mfa-login shell-init zsh)"', 'in ~/.zshrc, after compinit'],
    ['mfa-login shell-init fish | source', 'in ~/.config/fish/config.fish'],
    ['mfa-login shell-init powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
  run: async ({ operand: shell }, context, table) => {
    context.print(initScript(shell, context.self, await loadCommands(table)))
    return 'ok'
  },
})
