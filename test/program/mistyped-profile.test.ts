/** A command that names no profile of the files is answered with the same command for the one that is meant. */
import { expect, it } from 'vitest'
import { program } from '../support/asking.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const MISSING = 'mfa-login: There is no profile wrok; there is work. Try: '
const NEW = ', or for a new profile: aws configure --profile wrok\n'

async function boxWithKeys(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', box.keysSection())
  // Hints are in the words of the shell.
  box.env.MFA_LOGIN_SHELL = 'bash'
  return box
}

it.each([
  ['--profile wrok', 'mfa-login --profile work'],
  ['login wrok --force', 'mfa-login login work --force'],
  ['setup --profile wrok --dry-run', 'mfa-login setup --profile work --dry-run'],
  ['exec wrok -- ls', 'mfa-login exec work -- COMMAND'],
  ['env wrok', 'eval "$(mfa-login env work)"'],
  ['use wrok --shell bash', 'mfa-login use work --shell bash'],
  ['keys rotate wrok', 'mfa-login keys rotate work'],
  ['device enroll --profile=wrok', 'mfa-login device enroll --profile=work'],
])('%s', async (line, remedy) => {
  const box = await boxWithKeys()
  expect(await box.run(line.split(' '))).toEqual({
    code: 3,
    stdout: '',
    stderr: `${MISSING}${remedy}${NEW}`,
  })
})

it.each([
  ['logout -p wrok', 'mfa-login logout -p work'],
  ['status wrok', 'mfa-login status work'],
  ['status --json wrok', 'mfa-login status --json work'],
  ['import -p wrok', 'mfa-login import -p work'],
  ['setup wrok --undo', 'mfa-login setup work --undo'],
])('%s, which has no use for a new profile', async (line, remedy) => {
  const box = await boxWithKeys()
  expect(await box.run(line.split(' '))).toEqual({
    code: 3,
    stdout: '',
    stderr: `${MISSING}${remedy}\n`,
  })
})

it('env at a terminal, which shows no session', async () => {
  const box = await boxWithKeys()
  const run = box.terminal([process.execPath, PROGRAM, 'env', 'wrok'].join(' '))
  await run.exit
  expect(run.screen.replace(/\s+/g, ' ')).toContain('Try: eval "$(mfa-login env work)", or for')
})

it.each([
  ['wrok', 'mfa-login login work'],
  ['work', 'mfa-login login work'],
  ['my work', "mfa-login login 'my work'"],
  ['my wrok', "mfa-login login 'my work'"],
  ['xyz', 'mfa-login --help'],
])('%s for a command', async (word, remedy) => {
  const box = await boxWithKeys()
  box.write('credentials', box.keysSection() + box.keysSection('my work'))
  const { code, stderr } = await box.run([word])
  expect(code).toBe(2)
  expect(stderr).toBe(`mfa-login: There is no command "${word}". Try: ${remedy}\n`)
})

it('a message shows where a name with a blank ends', async () => {
  const box = await boxWithKeys()
  box.write('credentials', box.keysSection() + box.keysSection('my work'))
  const { stderr } = await box.run(['status', 'my home'])
  expect(stderr).toContain('There is no profile "my home"; there are work, "my work". ')
})

it('with the profile from AWS_PROFILE', async () => {
  const box = await boxWithKeys()
  const { stderr } = await box.run(['keys', 'rotate', '--yes'], { env: { AWS_PROFILE: 'wrok' } })
  expect(stderr).toBe(`${MISSING}mfa-login keys rotate --profile work --yes${NEW}`)
})

it('exec without -- asks for no profile, as there is no program of that name', async () => {
  const box = await boxWithKeys()
  expect(await box.run(['exec', 'wrok', '--min-ttl', '1h'])).toEqual({
    code: 127,
    stdout: '',
    stderr:
      'mfa-login: There is no profile and no command "wrok". Try: mfa-login exec work --min-ttl 1h\n',
  })
})

it('exec without -- runs a program whose name is near that of a profile', async () => {
  const box = await boxWithKeys()
  program(box, 'wrok', { sh: 'echo ran', js: "console.log('ran')" })
  await box.run(['-p', 'work', '--token-code', box.code()])
  const { stdout } = await box.run(['exec', 'wrok'], { env: { AWS_PROFILE: 'work' } })
  expect(stdout).toBe('ran\n')
})

it('exec without --, as PowerShell passes it on, takes the name of a profile before the command', async () => {
  const box = await boxWithKeys()
  await box.run(['-p', 'work', '--token-code', box.code()])
  const print = [process.execPath, '-p', 'process.env.AWS_SESSION_TOKEN === undefined']
  expect(await box.run(['exec', 'work', ...print])).toMatchObject({ code: 0, stdout: 'false\n' })
  program(box, 'work', { sh: 'echo "ran $1"', js: "console.log('ran ' + process.argv[2])" })
  const { stdout } = await box.run(['exec', 'work', 'it'], { env: { AWS_PROFILE: 'work' } })
  expect(stdout).toBe('ran it\n')
})

it('doctor', async () => {
  const box = await boxWithKeys()
  const { stdout, stderr } = await box.run(['doctor', '--profile', 'wrok'])
  expect(stdout + stderr).toMatch(/Fix: mfa-login doctor --profile work$/m)
})

it.each([
  ['status', 0, 'There is no session. Next: mfa-login\n'],
  ['status work', 1, 'There is no session of profile work. Next: mfa-login --profile work\n'],
  [
    'status work-mfa',
    1,
    'There is no session of profile work-mfa. Next: mfa-login --profile work\n',
  ],
])('%s names the next command where there is no session', async (line, code, stderr) => {
  const box = await boxWithKeys()
  expect(await box.run(line.split(' '))).toEqual({ code, stdout: '', stderr })
})

it.each([
  ['--profile work --serial a/b --force', '--serial arn:aws:iam::123456789012:mfa/NAME'],
  ['--profile work --duration 8', '--duration 8h, as 8 means 8 s'],
  ['--profile work --duration 60', '--duration 12h'],
  ['hepl', 'mfa-login help'],
  ['login work --token-code abc', '--token-code 123456'],
])('%s: the hint is for the same command', async (line, remedy) => {
  const box = await boxWithKeys()
  const { code, stderr } = await box.run(line.split(' '))
  expect(code).toBe(2)
  expect(stderr).toMatch(/ Try: .*\n$/)
  expect(stderr.split(' Try: ')[1]).toBe(`${remedy}\n`)
})
