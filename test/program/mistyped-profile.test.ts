/** A command that names no profile of the files is answered with the same command for the one that is meant. */
import { expect, it } from 'vitest'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const MISSING = 'mfa-login: There is no profile wrok; there is work. Try: '
const NEW = ', or for a new profile: aws configure --profile wrok\n'

async function boxWithKeys(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', box.keysSection())
  return box
}

it.each([
  ['--profile wrok', 'mfa-login --profile work'],
  ['login wrok --force', 'mfa-login login work --force'],
  ['setup --profile wrok --dry-run', 'mfa-login setup --profile work --dry-run'],
  ['exec wrok -- ls', 'mfa-login exec work -- COMMAND'],
  ['env wrok', 'mfa-login env work'],
  ['use wrok --shell bash', 'mfa-login use work --shell bash'],
  ['keys rotate wrok', 'mfa-login keys rotate work'],
  ['device enroll --profile=wrok', 'mfa-login device enroll --profile=work'],
  ['logout -p wrok', 'mfa-login logout -p work'],
  ['status wrok', 'mfa-login status work'],
  ['status --json wrok', 'mfa-login status --json work'],
  ['import -p wrok', 'mfa-login import -p work'],
])('%s', async (line, remedy) => {
  const box = await boxWithKeys()
  expect(await box.run(line.split(' '))).toEqual({
    code: 3,
    stdout: '',
    stderr: `${MISSING}${remedy}${NEW}`,
  })
})

it('with the profile from AWS_PROFILE', async () => {
  const box = await boxWithKeys()
  const { stderr } = await box.run(['keys', 'rotate', '--yes'], { env: { AWS_PROFILE: 'wrok' } })
  expect(stderr).toBe(`${MISSING}mfa-login keys rotate --profile work --yes${NEW}`)
})

it('doctor', async () => {
  const box = await boxWithKeys()
  const { stdout, stderr } = await box.run(['doctor', '--profile', 'wrok'])
  expect(stdout + stderr).toContain('Fix: mfa-login doctor --profile work, or for a new profile: ')
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
