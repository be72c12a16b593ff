import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { Asking, Question } from './asking.ts'
import { kdialog, osascript, powershell, zenity } from './dialogs.ts'
import { pinentry, programInAgentConf, type Pinentry } from './pinentry.ts'
import { firstNonEmpty, hasDisplay, type PromptChoice, type PromptName } from './prompt-choice.ts'
import { ykman } from './ykman.ts'

/** How a program is to be asked; `account` is the one on a YubiKey. */
export async function askingBy(
  context: Context,
  name: Exclude<PromptName, 'terminal'>,
  account: string,
  choice: PromptChoice,
): Promise<(question: Question) => Asking> {
  switch (name) {
    case 'zenity':
      return zenity
    case 'kdialog':
      return kdialog
    case 'osascript':
      return osascript
    case 'powershell':
      return powershell
    case 'ykman': {
      const device = firstNonEmpty(context.env, 'YKMAN_OATH_DEVICE_SERIAL')
      return () => ykman({ name: account, device })
    }
    case 'pinentry': {
      const place = await pinentryPlace(context, choice)
      return (question) => pinentry(question, place)
    }
  }
}

async function pinentryPlace(context: Context, choice: PromptChoice): Promise<Pinentry> {
  const { env } = context
  // Where windows can be shown, a terminal is used only on demand: a shell may be reading it.
  const mayUseTerminal = choice === 'pinentry' || !hasDisplay(env)
  const tty = mayUseTerminal ? firstNonEmpty(env, 'GPG_TTY') : undefined
  // One that was closed is gone; pinentry-tty would say that somebody cancelled.
  const isThere = tty !== undefined && (await context.files.mode(tty)) !== undefined
  return {
    program: await pinentryProgram(context),
    tty: isThere ? tty : undefined,
    term: firstNonEmpty(env, 'TERM'),
    locale: firstNonEmpty(env, 'LC_ALL', 'LC_CTYPE', 'LANG'),
  }
}

/** PINENTRY_PROGRAM is what rage reads too; then what gpg-agent is told to use. */
async function pinentryProgram({ env, home, files, platform }: Context): Promise<string> {
  const told = firstNonEmpty(env, 'PINENTRY_PROGRAM')
  if (told !== undefined) return told
  try {
    const conf = await files.read(`${env.GNUPGHOME ?? `${home}/.gnupg`}/gpg-agent.conf`)
    const program = programInAgentConf(conf ?? '')
    if (program !== undefined) return program
  } catch (error) {
    // Not ours to mend.
    if (!(error instanceof Failure)) throw error
  }
  return platform === 'darwin' ? 'pinentry-mac' : 'pinentry'
}
