import { command } from '../command.ts'
import { COMMANDS } from '../commands.ts'
import { usageFailure } from '../failure.ts'
import { initScript, type InitShell } from '../shell/init.ts'

const SHELLS: readonly InitShell[] = ['bash', 'zsh', 'fish', 'powershell']

export default command({
  about:
    'Prints what a shell’s start-up file takes in: a function, so that "mfa-login use PROFILE" changes\n' +
    'the shell, and completions of commands, options and profiles.',
  options: {},
  operand: { value: 'SHELL', about: SHELLS.join(', ') },
  examples: [
    ['eval "$(mfa-login shell-init bash)"', 'in ~/.bashrc'],
    ['eval "$(mfa-login shell-init zsh)"', 'in ~/.zshrc, after compinit'],
    ['mfa-login shell-init fish | source', 'in ~/.config/fish/config.fish'],
    ['mfa-login shell-init powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
  parse: (_, operand) => {
    const shell = SHELLS.find((each) => each === operand)
    if (shell !== undefined) return { shell }
    throw usageFailure('Which shell?', `mfa-login shell-init ${SHELLS.join(' or ')}`)
  },
  run: async ({ shell }, context) => {
    const loaded = Object.values(COMMANDS).map(async ({ load }) => (await load()).default.options)
    const options = (await Promise.all(loaded)).flatMap(Object.keys).map((name) => `--${name}`)
    const words = {
      self: context.self,
      commands: Object.keys(COMMANDS),
      options: [...new Set([...options, '--help', '--version'])].sort(),
    }
    context.out(initScript(shell, words))
    return 'ok'
  },
})
