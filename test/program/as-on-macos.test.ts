/** The program where Node says that the system is macOS, with scripts in place of macOS's programs. */
import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { answers, program, runsOf } from '../support/asking.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { addPreload } from '../support/preload.ts'
import { boxWithRoles } from '../support/roles.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

function onMacos(box: Sandbox): Sandbox {
  const script = `${box.home}/macos.cjs`
  writeFileSync(script, `Object.defineProperty(process, 'platform', { value: 'darwin' })\n`)
  addPreload(box.env, script)
  return box
}

it('osascript asks without being chosen, as there is no pinentry-mac', async () => {
  const box = onMacos(await sandbox())
  program(box, 'osascript')
  answers(box, box.code())
  const { code, stderr } = await box.run(['credential-process', '--profile', 'work', '--debug'])
  expect(code, stderr).toBe(0)
  expect(stderr).toContain('the prompt pinentry is not available: not installed')
  expect(runsOf(box, 'osascript')[0]).toMatch(
    /^<-e><on run argv><-e>.*<end run><MFA code for work \(arn:.*\)><mfa-login><5\d$/,
  )
})

it('the dialog that is canceled or gives up ends the command', async () => {
  for (const [body, words] of [
    ['echo "execution error: User canceled. (-128)" >&2; exit 1', 'Canceled'],
    ['echo gave up', 'nobody gave an MFA code'],
  ] as const) {
    const box = onMacos(await sandbox())
    program(box, 'osascript', body)
    const { code, stderr } = await box.run(['credential-process', '--profile', 'work'])
    expect(stderr).toContain(words)
    expect(code).toBe(130)
  }
})

it('open gets the sign-in page of console, and nothing else does', async () => {
  const box = await boxWithRoles()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  onMacos(box)
  program(box, 'open', `exec ${process.execPath} -e 'fetch(process.argv[1])' "$1"`)
  const { code, stderr } = await box.run(['console', '--profile', 'admin'])
  expect(code, stderr).toBe(0)
  expect(runsOf(box, 'open')).toHaveLength(1)
  expect(runsOf(box, 'open')[0]).toMatch(/^<http:\/\/127\.0\.0\.1:\d+\/[^>]*$/)
})

it('the answer of the launcher is indexed in the form of macOS', async () => {
  const box = onMacos(await sandbox())
  await box.run(['--profile', 'work', '--token-code', box.code()])
  await new Promise((resolve) => setTimeout(resolve, 30))
  await box.run(['credential-process', '--profile', 'work'])
  expect(box.read('mfa-login/cache/work.index')).toMatch(/^bsd\nwork\n/)
})
