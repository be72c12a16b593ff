/** On Windows: hints are for the shell that started the program. */
import { spawn } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { outcomeOf, PROGRAM, sandbox } from '../support/sandbox.ts'

const UNSET = {
  'cmd.exe': 'set "MFA_LOGIN_EXEC="',
  'pwsh.exe': 'Remove-Item -ErrorAction Ignore Env:MFA_LOGIN_EXEC',
  'bash.exe': 'unset MFA_LOGIN_EXEC',
}

/** The program named so is Node, which starts mfa-login as a shell does. */
it.skipIf(process.platform !== 'win32').each(Object.entries(UNSET))(
  'the hint is one of %s',
  async (name, hint) => {
    const box = await sandbox()
    const shell = join(box.home, name)
    copyFileSync(process.execPath, shell)
    const start = `child_process.spawnSync(${JSON.stringify(process.execPath)}, process.argv.slice(1), { stdio: 'inherit' })`
    const words = [PROGRAM, 'exec', '--profile', 'work', '--', 'x']
    const env = { ...box.env, MFA_LOGIN_EXEC: 'work' }
    const { stderr } = await outcomeOf(
      spawn(shell, ['-e', start, '--', ...words], { env, stdio: 'pipe' }),
    )
    expect(stderr).toContain(`Try: exit it first, or: ${hint}\n`)
  },
)
