/** What shell-init prints, in the real shells. A shell that is not installed is skipped. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

const SELF = `${process.execPath} ${PROGRAM}`

async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  const { code } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code).toBe(0)
  return box
}

type Env = Record<string, string>

function runIn(shell: string, box: Sandbox, script: string, env: Env = {}): string {
  const options = { env: { ...box.env, ...env }, encoding: 'utf8', stdio: 'pipe' } as const
  return execFileSync(shell, ['-c', script], options)
}

const EVAL: Readonly<Record<string, string>> = {
  bash: `eval "$(${SELF} shell-init bash)"`,
  zsh: `eval "$(${SELF} shell-init zsh)"`,
  fish: `${SELF} shell-init fish | source`,
}

describe.each(['bash', 'zsh', 'fish'])('shell-init in %s', (shell) => {
  it.skipIf(!has(shell, '-c', 'exit 0'))('lets use set variables of the shell', async () => {
    const box = await loggedIn()
    const env = { AWS_ACCESS_KEY_ID: 'old', AWS_SECRET_ACCESS_KEY: 'old', AWS_REGION: 'eu-west-3' }
    const script = `${EVAL[shell] ?? ''}
      mfa-login use work
      echo "$AWS_PROFILE"
      ${process.execPath} -p 'process.env.AWS_ACCESS_KEY_ID'
      echo "$AWS_REGION"
      mfa-login --version`
    const lines = runIn(shell, box, script, env).trim().split('\n')
    expect(lines.slice(0, 3)).toEqual(['work-mfa', 'undefined', 'eu-west-3'])
    expect(lines[3]).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.skipIf(!has(shell, '-c', 'exit 0'))(
    'shows the help of use without evaluating it',
    async () => {
      const box = await loggedIn()
      const text = runIn(shell, box, `${EVAL[shell] ?? ''}\n mfa-login use --help`)
      expect(text).toContain('Logs in to a profile if needed')
      expect(text).toContain('--profile')
    },
  )

  it.skipIf(!has(shell, '-c', 'exit 0'))('is what the hints of use are written for', async () => {
    const box = await loggedIn()
    const script = `${EVAL[shell] ?? ''}\n mfa-login use wrok`
    const { stderr } = spawnSync(shell, ['-c', script], { env: box.env, encoding: 'utf8' })
    expect(stderr).toContain('Try: mfa-login use work')
  })

  it('use --none has nothing to do in a shell without a profile', async () => {
    const box = await sandbox()
    const { stderr } = await box.run(['use', '--none', '--shell', shell])
    expect(stderr).toBe('This shell was not using a profile.\n')
  })

  it.skipIf(!has(shell, '-c', 'exit 0'))('gives a profile up with use --none', async () => {
    const box = await loggedIn()
    const env = { AWS_SESSION_TOKEN: 'old', AWS_REGION: 'eu-west-3' }
    const script = `${EVAL[shell] ?? ''}
      mfa-login use work
      mfa-login use --none
      echo "[$AWS_PROFILE][$AWS_SESSION_TOKEN][$AWS_REGION]"
      mfa-login use --none`
    expect(runIn(shell, box, script, env)).toBe('[][][eu-west-3]\n')
  })

  it.skipIf(!has(shell, '-c', 'exit 0'))('is told by logout to give the profile up', async () => {
    const box = await loggedIn()
    const script = `${EVAL[shell] ?? ''}
      mfa-login use work
      mfa-login logout work 2>&1`
    expect(runIn(shell, box, script)).toBe(
      'Logged out of work-mfa.\nThis shell still uses the removed session: mfa-login use --none\n',
    )
  })

  it.skipIf(!has(shell, '-c', 'exit 0'))('is the one that a login writes for', async () => {
    const box = await loggedIn()
    const asFunction = `${EVAL[shell] ?? ''}\n mfa-login login work`
    const other = shell === 'fish' ? '/bin/bash' : '/usr/bin/fish'
    const line = shell === 'fish' ? 'set -gx AWS_PROFILE work-mfa' : 'export AWS_PROFILE=work-mfa'
    expect(runIn(shell, box, asFunction, { SHELL: other })).toBe(`${line}\n`)
    const evaluate =
      shell === 'fish' ? 'mfa-login login work | source' : 'eval "$(mfa-login login work)"'
    const script = `${EVAL[shell] ?? ''}\n ${evaluate}\n echo "$AWS_PROFILE"`
    expect(runIn(shell, box, script, { SHELL: other })).toBe('work-mfa\n')
    // Without the function, whatever SHELL says.
    const bare = `${shell === 'fish' ? `${SELF} login work | source` : `eval "$(${SELF} login work)"`}; echo "$AWS_PROFILE"`
    expect(runIn(shell, box, bare, { SHELL: other })).toBe('work-mfa\n')
  })

  it.skipIf(!has(shell, '-c', 'exit 0'))('does not change the shell if use fails', async () => {
    const box = await loggedIn()
    const script = `${EVAL[shell] ?? ''}
      mfa-login use nobody; or echo "failed"
      echo "[$AWS_PROFILE]"`
    const posix = script.replace('; or', ' ||')
    const text = shell === 'fish' ? script : posix
    expect(runIn(shell, box, text)).toBe('failed\n[]\n')
  })
})

describe('completions work', () => {
  const profiles = '[profile work]\n[profile wide]\n[profile $(touch ../hacked)]\n[default]\n'

  it.skipIf(!has('bash', '--version'))('in bash, within words that it breaks', async () => {
    const box = await sandbox()
    box.write('config', '[profile work]\n[profile team:a]\n[profile team:b]\n[profile me@work]\n')
    box.write('credentials', '[my home]\n')
    const run = box.terminal('PS1="ready> " bash --norc --noprofile -i')
    await run.waitFor('ready> ')
    run.type(`${EVAL.bash ?? ''}; mfa-login() { echo "got <$*>"; }\r`)
    for (const [typed, got] of [
      ['exec --profile=wo', 'exec --profile=work'],
      ['exec --profile=team:a', 'exec --profile=team:a'],
      ['use me@w', 'use me@work'],
      ['status --profile me@', 'status --profile me@work'],
      ['status my', 'status my\\ home'],
      ['status my\\ h', 'status my\\ home'],
      ["status 'my h", "status 'my home'"],
      ['status --profile "my ', 'status --profile "my home"'],
    ]) {
      run.type(`mfa-login ${typed!}\t`)
      await run.answer(`mfa-login ${got!}`, '\r')
      await run.waitFor(`got <${got!.replace(/[\\'"]/g, '')}`)
    }
    run.type('exit\r')
    await run.exit
  })

  it.skipIf(!has('bash', '--version'))('in bash', { timeout: 180_000 }, async () => {
    const box = await sandbox()
    box.write('config', profiles)
    const complete = (...words: string[]): string[] => {
      const script = `${EVAL.bash ?? ''}
        COMP_WORDS=(mfa-login ${words.map((word) => `'${word}'`).join(' ')})
        COMP_CWORD=${words.length}; _mfa_login; echo "\${COMPREPLY[@]}"`
      return runIn('bash', box, script).trim().split(' ')
    }
    expect(complete('dev')).toEqual(['device'])
    expect(complete('login', '--to')).toEqual(['--to', '--token-code'])
    expect(complete('--to')).toEqual(['--to', '--token-code'])
    const options = ['--debug', '--help', '--json', '--profile', '--region']
    expect(complete('device', 'list', '--')).toEqual(options)
    expect(complete('device', 're')).toEqual(['resync', 'remove'])
    expect(complete('re')).toEqual([''])
    for (const name of ['use', 'login', 'exec', 'status', 'console'])
      expect(complete(name, 'w')).toEqual(['wide', 'work'])
    expect(complete('keys', 'rotate', 'w')).toEqual(['wide', 'work'])
    expect(complete('--profile', '')).toEqual(['default', 'wide', 'work'])
    expect(complete('login', '--to', 'w')).toEqual(['wide', 'work'])
    expect(complete('setup', '-p', 'work', '--mode', '')).toEqual(['credential-process', 'profile'])
    expect(complete('login', '--duration', '')).toEqual([''])
    expect(complete('shell-init', '')).toEqual(['bash', 'zsh', 'fish', 'powershell'])
    expect(complete('exec', '-p', 'work', '--', 'aws', '--pro')).toEqual([''])
    expect(box.read('../hacked')).toBe('')
  })

  it.skipIf(!has('zsh', '--version'))('in zsh at a terminal', async () => {
    const box = await sandbox()
    box.write('config', profiles)
    const shell = box.terminal('exec zsh -f -i')
    const setUp = `autoload -U compinit; compinit -u -d "$HOME/.zcompdump"; ${EVAL.zsh ?? ''}`
    shell.type(`${setUp}; PS1=rea''dy'> '\r`)
    await shell.waitFor('ready> ')
    /** Presses Tab, waits for the completion and clears the line. */
    const complete = async (line: string, brings: string): Promise<void> => {
      shell.screen = ''
      shell.type(`${line}\t`)
      await shell.waitFor(brings)
      expect(shell.screen).not.toContain('touch')
      shell.type('\u0015')
    }
    await complete('mfa-login log', 'login   logout')
    await complete('mfa-login dev', 'mfa-login device')
    await complete('mfa-login login --to', '--to          --token-code')
    await complete('mfa-login device list --', '--debug    --help     --json     --profile')
    await complete('mfa-login device re', 'remove  resync')
    await complete('mfa-login -p w', 'wide  work')
    await complete('mfa-login -p wo', 'mfa-login -p work')
    await complete('mfa-login use ', 'default  wide     work')
    await complete('mfa-login setup --mode ', 'credential-process  profile')
    box.write('credentials', '[my home]\n')
    await complete('mfa-login use m', 'mfa-login use my\\ home')
    await complete("mfa-login use 'my", "mfa-login use 'my home'")
    shell.type('exit\r')
    expect(await shell.exit).toBe(0)
    expect(box.read('../hacked')).toBe('')
  })

  it.skipIf(!has('fish', '--version'))('in fish', { timeout: 180_000 }, async () => {
    const box = await sandbox()
    box.write('config', profiles)
    const complete = (line: string): string[] =>
      runIn('fish', box, `${EVAL.fish ?? ''}; complete -C '${line}'`)
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0] ?? '')
    const firsts = complete('mfa-login ')
    expect(firsts).toEqual(expect.arrayContaining(['login', 'use', 'device']))
    expect(firsts).not.toContain('enroll')
    expect(complete('mfa-login use wo')).toEqual(['work'])
    expect(complete('mfa-login use ')).toEqual(['default', 'wide', 'work'])
    expect(complete('mfa-login device list --profile wi')).toEqual(['wide'])
    expect(complete('mfa-login device list -p ')).toEqual(['default', 'wide', 'work'])
    expect(complete('mfa-login device ')).toEqual(['enroll', 'list', 'remove', 'resync'])
    expect(complete('mfa-login device list ')).toEqual(['default', 'wide', 'work'])
    expect(complete('mfa-login exec wor')).toContain('work')
    box.write('credentials', '[my home]\n')
    expect(complete('mfa-login use my')).toEqual(['my home'])
    box.write('credentials', '')
    const options = ['--debug', '--help', '--json', '--profile', '--region']
    expect(complete('mfa-login device list --').sort()).toEqual(options)
    expect(complete('mfa-login --to').sort()).toEqual(['--to', '--token-code'])
    expect(complete('mfa-login -p work --du')).toEqual(['--duration'])
    expect(complete('mfa-login setup --mode ')).toEqual(['credential-process', 'profile'])
    expect(complete('mfa-login login --duration ')).toEqual([''])
    expect(complete('mfa-login shell-init ')).toEqual(['bash', 'fish', 'powershell', 'zsh'])
    // Files for options with files; after exec the completions of the command, without options of mfa-login.
    box.write('policy.json', '{}')
    expect(complete(`mfa-login policy check ${box.path('pol')}`)).toEqual([box.path('policy.json')])
    expect(complete(`mfa-login keys list ${box.path('pol')}`)).toEqual([''])
    expect(complete('mfa-login exec -p work -- mfa-login use wo')).toEqual(['work'])
    expect(complete('mfa-login exec -p work -- cat --min-')).toEqual([''])
    expect(complete('mfa-login exec work -- mfa-login use wo')).toEqual(['work'])
    expect(complete('mfa-login exec work --server -- mfa-login keys rot')).toEqual(['rotate'])
    expect(complete('mfa-login exec work -- cat --min-')).toEqual([''])
  })
})

describe('shell-init, use and prompt', () => {
  it.each([
    [['shell-init'], 'Which shell?'],
    [['shell-init', 'tcsh'], 'Which shell?'],
    [['use', 'work'], 'a function can'],
    [['use', 'DEFAULT', '--shell', 'bash'], 'DEFAULT'],
    [['use', 'work', '-p', 'work', '--shell', 'bash'], '"work" is one word too many'],
  ])('%j is refused', async (args, words) => {
    const box = await sandbox()
    const { code, stderr } = await box.run(args)
    expect(stderr).toContain(words)
    expect(code).toBe(2)
  })

  it('prompt shows the profile and the time left', async () => {
    const box = await loggedIn()
    const prompt = async (env: Record<string, string>): Promise<string> => {
      const { code, stdout, stderr } = await box.run(['prompt'], { env })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    expect(await prompt({})).toBe('')
    expect(await prompt({ AWS_PROFILE: 'work' })).toBe('work\n')
    expect(await prompt({ AWS_PROFILE: 'work-mfa' })).toMatch(/^work-mfa 1[12] h( \d+ min)?\n$/)
    const past = { AWS_PROFILE: 'x', AWS_SESSION_EXPIRATION: '2020-01-01T00:00:00Z' }
    expect(await prompt(past)).toBe('x expired\n')
    box.write('credentials', 'no ini at all')
    expect(await prompt({ AWS_PROFILE: 'work-mfa' })).toBe('work-mfa\n')
  })

  it('prompt and doctor know the session that env put into a shell', async () => {
    const box = await loggedIn()
    // Not `runIn`, which would hold up the AWS of this process.
    const bash = async (script: string): Promise<string> =>
      (await outcomeOf(spawn('bash', ['-c', script], { env: box.env }))).stdout
    const script = `eval "$(${SELF} env work)"; ${SELF} prompt; ${SELF} doctor work --json`
    const [prompt = '', ...report] = (await bash(script)).split('\n')
    expect(prompt).toMatch(/^work 12 h$/)
    const { findings } = JSON.parse(report.join('\n')) as { findings: unknown[] }
    expect(findings).toEqual([])
    const after = `eval "$(${SELF} env work)"; eval "$(${SELF} env --unset)"; ${SELF} prompt; env`
    expect(await bash(after)).not.toMatch(/^MFA_LOGIN_|^work/m)
    const inExec = await bash(`${SELF} exec work -- ${SELF} doctor work --json`)
    expect(JSON.parse(inExec)).toMatchObject({ findings: [] })
    // A session of another profile does win over this one.
    box.write('config', `${box.read('config')}[profile other]\nregion = eu-west-1\n`)
    box.write('credentials', `${box.read('credentials')}${box.keysSection('other')}`)
    const other = `eval "$(${SELF} env work)"; ${SELF} doctor other --json || true`
    expect(await bash(other)).toContain('"environment-keys"')
  })

  it('prompt and doctor do not take another session in the shell for that of env', async () => {
    const box = await loggedIn()
    const bash = async (script: string): Promise<string> =>
      (await outcomeOf(spawn('bash', ['-c', script], { env: box.env }))).stdout
    const ofEnv = `export AWS_PROFILE=mine; eval "$(${SELF} env work)"; export AWS_PROFILE=mine`
    const other = 'export AWS_ACCESS_KEY_ID=ASIAOTHER AWS_SESSION_TOKEN=other'
    expect(await bash(`${ofEnv}; ${other}; ${SELF} prompt`)).toMatch(/^mine 12 h/)
    expect(await bash(`${ofEnv}; ${other}; ${SELF} doctor work --json || true`)).toContain(
      '"environment-keys"',
    )
    const unset = 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'
    expect(await bash(`${ofEnv}; ${unset}; ${SELF} prompt`)).toMatch(/^mine 12 h/)
    expect(await bash(`${ofEnv}; ${SELF} prompt`)).toMatch(/^work 12 h/)
  })

  it('logout names all variables that env has set in the shell', async () => {
    const box = await loggedIn()
    const script = `eval "$(${SELF} env work)"; env | sort >"$HOME/before"; ${SELF} logout work`
    const { stderr } = await outcomeOf(spawn('bash', ['-c', script], { env: box.env }))
    const [, names = ''] =
      /This shell still uses the removed session: unset (.+)\n/.exec(stderr) ?? []
    const set = readFileSync(join(box.home, 'before'), 'utf8').matchAll(/^(\w+)=/gm)
    const isOfEnv = (name: string): boolean =>
      /^(AWS|MFA_LOGIN)_/.test(name) && !Object.hasOwn(box.env, name)
    expect(names.split(' ').sort()).toEqual(
      Array.from(set, ([, name = '']) => name).filter(isOfEnv),
    )
    expect(names).toContain('AWS_REGION')
  })

  it.each([
    [{ AWS_PROFILE: 'work-mfa' }, 'unset AWS_PROFILE'],
    [{ AWS_PROFILE: 'work-mfa', SHELL: '/usr/bin/fish' }, 'set -e AWS_PROFILE'],
    [
      {
        MFA_LOGIN_PROFILE: 'work',
        MFA_LOGIN_ACCESS_KEY_ID: 'ASIA',
        AWS_ACCESS_KEY_ID: 'ASIA',
        AWS_SESSION_TOKEN: 't',
      },
      'unset AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN MFA_LOGIN_PROFILE MFA_LOGIN_ACCESS_KEY_ID',
    ],
    [{ AWS_PROFILE: 'other' }, undefined],
  ])('logout in a shell with %j says how to unset', async (env, command) => {
    const box = await loggedIn()
    const { stderr } = await box.run(['logout', 'work'], { env })
    const line =
      command === undefined ? '' : `This shell still uses the removed session: ${command}\n`
    expect(stderr).toBe(`Logged out of work-mfa.\n${line}`)
  })
})
