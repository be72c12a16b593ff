/** Hints set and unset variables as the shell of the person does. */
import { devNull } from 'node:os'
import { expect, test } from 'vitest'
import { sandbox, type Sandbox } from '../support/sandbox.ts'
import { loggedIn, login, WORK } from '../support/situations.ts'

interface Case {
  readonly given: (box: Sandbox) => void | Promise<void>
  readonly run: (box: Sandbox) => readonly string[]
  readonly bash: string
  readonly fish: string
  readonly powershell: string
}

const CASES: Readonly<Record<string, Case>> = {
  'an empty device as both files': {
    given: ({ env }) =>
      void Object.assign(env, {
        AWS_CONFIG_FILE: devNull,
        AWS_SHARED_CREDENTIALS_FILE: devNull,
      }),
    run: login(),
    bash: 'unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE',
    fish: 'set -e AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE',
    powershell:
      'Remove-Item -ErrorAction Ignore Env:AWS_CONFIG_FILE, Env:AWS_SHARED_CREDENTIALS_FILE',
  },
  'a cache folder that cannot be made': {
    given: (box) => box.write('mfa-login', ''),
    run: login(),
    bash: 'export MFA_LOGIN_CACHE_DIR=FOLDER, with a folder',
    fish: 'set -gx MFA_LOGIN_CACHE_DIR FOLDER, with a folder',
    powershell: "$Env:MFA_LOGIN_CACHE_DIR = 'FOLDER', with a folder",
  },
  'a role with keys from the environment, which has none': {
    given: (box) => {
      const arn = 'role_arn = arn:aws:iam::123456789012:role/admin\n'
      box.write('config', `[profile admin]\n${arn}credential_source = Environment\n`)
    },
    run: login('admin'),
    bash: 'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
    fish: 'set -gx AWS_ACCESS_KEY_ID …; set -gx AWS_SECRET_ACCESS_KEY …',
    powershell: "$Env:AWS_ACCESS_KEY_ID = '…'; $Env:AWS_SECRET_ACCESS_KEY = '…'",
  },
  'a wrong secret in the environment': {
    given: (box) => {
      box.write('credentials', '')
      box.env.AWS_ACCESS_KEY_ID = box.key.accessKeyId
      box.env.AWS_SECRET_ACCESS_KEY = 'wrongwrongwrongwrong'
    },
    run: login(),
    bash: 'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
    fish: 'set -gx AWS_ACCESS_KEY_ID …; set -gx AWS_SECRET_ACCESS_KEY …',
    powershell: "$Env:AWS_ACCESS_KEY_ID = '…'; $Env:AWS_SECRET_ACCESS_KEY = '…'",
  },
  'exec in exec': {
    given: async (box) => {
      await loggedIn(box)
      box.env.MFA_LOGIN_EXEC = 'work'
    },
    run: () => ['exec', ...WORK, '--', 'true'],
    bash: 'exit it first, or: unset MFA_LOGIN_EXEC',
    fish: 'exit it first, or: set -e MFA_LOGIN_EXEC',
    powershell: 'exit it first, or: Remove-Item -ErrorAction Ignore Env:MFA_LOGIN_EXEC',
  },
}

const ROWS = Object.entries(CASES).flatMap(([name, each]) =>
  (['bash', 'fish', 'powershell'] as const).map((shell) => ({ ...each, name, shell })),
)

test.each(ROWS)('the hint for $name is in the words of $shell', async (row) => {
  const box = await sandbox()
  await row.given(box)
  box.freshStep()
  const { stderr } = await box.run(row.run(box), { env: { MFA_LOGIN_SHELL: row.shell } })
  expect(stderr).toContain(`Try: ${row[row.shell]}`)
  expect(stderr).not.toMatch(/\{(set|unset) /)
})

test.each([
  ['bash', String.raw`'it'\''s'`],
  ['fish', String.raw`'it\'s'`],
  ['powershell', "'it''s'"],
])('the command to repeat is quoted for %s', async (shell, word) => {
  const box = await sandbox()
  const args = ['login', '--profile', 'wrok', '--region', "it's"]
  const { stderr } = await box.run(args, { env: { MFA_LOGIN_SHELL: shell } })
  expect(stderr).toContain(`Try: mfa-login login --profile work --region ${word}`)
})

test.each<[string, (path: string) => string]>([
  ['bash', (path) => `AWS_SHARED_CREDENTIALS_FILE='${path}' mfa-login`],
  ['fish', (path) => `AWS_SHARED_CREDENTIALS_FILE='${path.replaceAll('\\', '\\\\')}' mfa-login`],
  ['powershell', (path) => `$Env:AWS_SHARED_CREDENTIALS_FILE = '${path}'; mfa-login`],
])('the command for another credentials file is one of %s', async (shell, command) => {
  const box = await sandbox()
  const path = box.path('my other')
  box.write('my other', box.keysSection())
  const login = ['--profile', 'work', '--to', 'day', '--token-code', box.code()]
  await box.run(login, { env: { AWS_SHARED_CREDENTIALS_FILE: path } })
  const { stderr } = await box.run(['logout', '--all'], { env: { MFA_LOGIN_SHELL: shell } })
  expect(stderr).toContain(`To remove it: ${command(path)} logout --all\n`)
})

test.each([
  ['bash', 'eval "$(mfa-login -p work)"', 'mfa-login demo < /dev/null'],
  ['fish', 'mfa-login -p work | source', 'mfa-login demo < /dev/null'],
  ['powershell', 'mfa-login -p work | Out-String | Invoke-Expression', '$null | mfa-login demo'],
  ['cmd', `for /f "delims=" %v in ('mfa-login -p work') do @%v`, 'mfa-login demo < NUL'],
])('the examples of help are for %s', async (shell, login, demo) => {
  const box = await sandbox()
  const env = { MFA_LOGIN_SHELL: shell }
  expect((await box.run(['login', '--help'], { env })).stdout).toContain(`\n  ${login}`)
  expect((await box.run(['demo', '--help'], { env })).stdout).toContain(`\n  ${demo}`)
})
