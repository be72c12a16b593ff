/** The manual pages and completions that the build writes for packages, in the programs that read them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { flagsOf } from '../../src/cli/describe-option.ts'
import { allOptions, loadCommands } from '../../src/command.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { PROGRAM, sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMPLETIONS = `${ROOT}dist/completions`
const pages = readdirSync(`${ROOT}dist/man`).sort()
const commands = await loadCommands(COMMANDS)
const fileOf = (name: string): string => `${['mfa-login', ...name.split(' ')].join('-')}.1`

/** What `man` shows at 80 columns, and what it warns of. */
function shown(page: string): { text: string; stderr: string } {
  const env = { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' }
  const words = ['--warnings', '--local-file', `${ROOT}dist/man/${page}`]
  const { stdout, stderr, status } = spawnSync('man', words, { env, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return { text: stdout, stderr }
}

describe('the manual', () => {
  it('has a page for the program, each group and each command, which package.json names for npm', () => {
    const names = commands.flatMap(({ name }) => [name, name.replace(/ .*/, '')])
    expect(pages).toEqual([...new Set(['mfa-login.1', ...names.map(fileOf)])].sort())
    const { man } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { man: string[] }
    expect(man).toEqual(pages.map((page) => `dist/man/${page}`))
  })

  test.skipIf(!has('man', '--version')).each(pages)('%s is shown without a warning', (page) => {
    const { text, stderr } = shown(page)
    expect(stderr).toBe('')
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(text).toMatch(new RegExp(`^NAME\\n {7}${page.replace('.1', '')} - \\w`, 'm'))
  })

  it.skipIf(!has('man', '--version'))('says what each option is, and shows each example', () => {
    for (const command of commands) {
      const { text } = shown(fileOf(command.name))
      const words = text.replace(/\s+/g, ' ')
      for (const [name, option] of Object.entries(allOptions(command))) {
        expect(text).toMatch(new RegExp(`^ {7}${flagsOf(name, option)}( |$)`, 'm'))
        const about = option.about.replaceAll('"', '').replaceAll('’', "'")
        expect(words.replaceAll('’', "'"), command.name).toContain(about)
      }
      for (const [line] of command.examples.filter(([each]) => !each.startsWith('{')))
        expect(words).toContain(line)
    }
  })

  it.skipIf(!has('mandoc', '-T', 'lint', `${ROOT}dist/man/mfa-login.1`))(
    'is without a fault for mandoc',
    () => {
      const files = pages.map((page) => `${ROOT}dist/man/${page}`)
      const { stdout, status } = spawnSync('mandoc', ['-T', 'lint', ...files], { encoding: 'utf8' })
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
    },
  )
})

describe('help --man', () => {
  it.skipIf(!has('man', '--version')).each([
    ['', 'MFA-LOGIN(1)'],
    ['keys', 'MFA-LOGIN-KEYS(1)'],
    ['device enrol', 'MFA-LOGIN-DEVICE-ENROLL(1)'],
  ])('opens the page of "%s"', async (words, title) => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} help --man ${words}`, {
      env: { PAGER: 'cat', MANPAGER: 'cat' },
    })
    expect(await run.exit).toBe(0)
    expect(run.screen).toContain(title)
  })

  it('says what to do where there is no man, and that there is no such command', async () => {
    const box = await sandbox()
    const env = { PATH: box.home }
    const without = await box.run(['help', '--man', 'keys', 'ls'], { env })
    expect(without).toEqual({
      code: 127,
      stdout: '',
      stderr:
        'mfa-login: There is no program man to show the page. Try: mfa-login help keys list\n',
    })
    const unknown = await box.run(['help', '--man', 'lgoin'])
    expect(unknown.stderr).toBe('mfa-login: There is no command "lgoin". Try: mfa-login login\n')
  })
})

describe('the files of completions', () => {
  it.skipIf(!has('bash', '--version'))('are read by bash when it first completes', () => {
    const script = `. ${COMPLETIONS}/bash/mfa-login; complete -p mfa-login
      COMP_WORDS=(mfa-login dev); COMP_CWORD=1; _mfa_login; echo "\${COMPREPLY[@]}"`
    const output = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' })
    expect(output).toBe('complete -o default -F _mfa_login mfa-login\ndevice\n')
  })

  it.skipIf(!has('zsh', '--version'))('are found by zsh in its fpath', async () => {
    const box = await sandbox()
    const shell = box.terminal('exec zsh -f -i')
    const setUp = `fpath=(${COMPLETIONS}/zsh $fpath); autoload -U compinit; compinit -u -d "$HOME/.dump"`
    shell.type(`${setUp}; PS1=rea''dy'> '\r`)
    await shell.waitFor('ready> ')
    // The first one loads the file, and the second one calls what it has defined.
    for (const [typed, brings] of [
      ['mfa-login log', 'login   logout'],
      ['mfa-login dev', 'mfa-login device'],
    ] as const) {
      shell.screen = ''
      shell.type(`${typed}\t`)
      await shell.waitFor(brings)
      shell.type('\u0015')
    }
    shell.type('exit\r')
    expect(await shell.exit).toBe(0)
  })

  it.skipIf(!has('fish', '--version'))('are found by fish among those of packages', async () => {
    const box = await sandbox()
    for (const folder of ['bin', 'share/fish'])
      mkdirSync(`${box.home}/${folder}`, { recursive: true })
    symlinkSync(`${COMPLETIONS}/fish`, `${box.home}/share/fish/vendor_completions.d`)
    // fish looks for the completions of programs that there are.
    symlinkSync(PROGRAM, `${box.home}/bin/mfa-login`)
    const env = {
      ...box.env,
      PATH: `${box.home}/bin:${process.env.PATH ?? ''}`,
      XDG_DATA_DIRS: `${box.home}/share`,
    }
    const words = ['-c', "complete -C 'mfa-login dev'"]
    const output = execFileSync('fish', words, { env, encoding: 'utf8' })
    expect(output).toBe('device\n')
  })
})
