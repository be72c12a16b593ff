/** `setup` where both sections of a profile hold keys, and they differ. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SETUP = ['setup', '--profile', 'work']
const SECTIONS = ['work', 'work-long-term'] as const
const OTHER = createAccessKey()
const OTHER_LINES = `aws_access_key_id = ${OTHER.accessKeyId}\naws_secret_access_key = ${OTHER.secretAccessKey}\n`

/** The key that AWS knows is in this section, and one that it does not know in the other. */
async function withTwoKeys(known: (typeof SECTIONS)[number], isWired: boolean): Promise<Sandbox> {
  const box = await sandbox()
  if (isWired) await box.run([...SETUP, '--yes'])
  const unknown = SECTIONS.find((name) => name !== known)!
  box.write('credentials', `# mine\n${box.keysSection(known)}\n[${unknown}]\n${OTHER_LINES}`)
  return box
}

const keysOf = (box: Sandbox): string[] =>
  Array.from(box.read('credentials').matchAll(/AKIA\w+/g), ([id]) => id)

describe.each(SECTIONS)('setup where the key that AWS knows is in [%s]', (known) => {
  test.each([true, false])('shows which is which and asks (set up before: %s)', async (isWired) => {
    const box = await withTwoKeys(known, isWired)
    const run = box.terminal(`${process.execPath} ${PROGRAM} ${SETUP.join(' ')}`)
    // The one that AWS accepts is the first.
    await run.answer('Which key is to stay for the profile work?', '\r')
    await run.answer('Make this change?', 'y\r')
    expect(await run.exit, run.screen).toBe(0)
    const [right, wrong] = [box.key.accessKeyId.slice(-4), OTHER.accessKeyId.slice(-4)]
    expect(run.screen).toContain(`…${right} in [${known}], which AWS accepts as arn:aws:iam::`)
    expect(run.screen).toMatch(
      new RegExp(`…${wrong} in \\[work[a-z-]*\\], which AWS does not know`),
    )
    expect(box.read('credentials')).toContain(box.keysSection('work-long-term'))
    expect(keysOf(box)).toEqual([box.key.accessKeyId])
    const backups = readdirSync(box.path('')).filter((name) => name.startsWith('credentials.mfa'))
    const texts = backups.map((name) => readFileSync(box.path(name), 'utf8'))
    expect(texts.join('')).toContain(OTHER_LINES)
    const doctor = await box.run(['doctor', '--profile', 'work'])
    expect(doctor.stdout).not.toMatch(/static-keys-beside-process|target-taken/)
  })

  test.each(SECTIONS)('and --keep %s, then --undo writes both files as they were', async (keep) => {
    const box = await withTwoKeys(known, false)
    const before = [box.read('credentials'), box.read('config')]
    const { code, stderr } = await box.run([...SETUP, '--keep', keep, '--yes'])
    expect(code, stderr).toBe(0)
    expect(keysOf(box)).toEqual([keep === known ? box.key.accessKeyId : OTHER.accessKeyId])
    expect((await box.run([...SETUP, '--undo', '--yes'])).code).toBe(0)
    expect([box.read('credentials'), box.read('config')]).toEqual(before)
  })

  it('and nobody to ask names the command, which works', async () => {
    const box = await withTwoKeys(known, true)
    const before = [box.read('credentials'), box.read('config')]
    const { code, stderr } = await box.run([...SETUP, '--yes'])
    const command = ['setup', '--keep', known, '--yes', '--profile', 'work']
    expect(stderr).toContain(`Try: mfa-login ${command.join(' ')}\n`)
    expect(code).toBe(2)
    expect([box.read('credentials'), box.read('config')]).toEqual(before)
    expect((await box.run(command)).code).toBe(0)
    expect(keysOf(box)).toEqual([box.key.accessKeyId])
  })
})

it('setup keeps the right one of two secrets of one key', async () => {
  const box = await sandbox()
  const wrong = box.keysSection('work-long-term').replace(/(secret_access_key = ).*/, '$1wrong')
  box.write('credentials', `${box.keysSection()}\n${wrong}`)
  const run = box.terminal(`${process.execPath} ${PROGRAM} ${SETUP.join(' ')}`)
  await run.answer('Which key is to stay', '\r')
  await run.answer('Make this change?', 'y\r')
  expect(await run.exit, run.screen).toBe(0)
  expect(run.screen).toContain('in [work-long-term], whose secret is wrong')
  expect(box.read('credentials').trimStart()).toBe(box.keysSection('work-long-term'))
})

it('setup --keep with another name is refused', async () => {
  const box = await withTwoKeys('work', false)
  const { code, stderr } = await box.run([...SETUP, '--keep', 'other', '--yes'])
  expect(stderr).toContain('A key to keep is in [work] or [work-long-term].')
  expect(code).toBe(2)
  expect(keysOf(box)).toHaveLength(2)
})

const ROLE = 'role_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n'

it('setup keeps one of two keys of a profile whose role it assumes with its own key', async () => {
  const box = await sandbox()
  box.write('config', `[profile work]\nregion = eu-west-1\n${ROLE}`)
  await box.run([...SETUP, '--yes'])
  box.write('credentials', `${box.read('credentials')}\n[work]\n${OTHER_LINES}`)
  const { code, stderr } = await box.run([...SETUP, '--keep', 'work-long-term', '--yes'])
  expect(code, stderr).toBe(0)
  expect(keysOf(box)).toEqual([box.key.accessKeyId])
})

it('setup --dry-run with nobody to ask names a command that changes nothing either', async () => {
  const box = await withTwoKeys('work', false)
  const { stderr } = await box.run([...SETUP, '--dry-run'])
  expect(stderr).toContain('Try: mfa-login setup --keep work --dry-run --profile work\n')
})

it('setup --mode profile keeps none of two keys, and says what does', async () => {
  const box = await withTwoKeys('work', true)
  const { code, stderr } = await box.run([...SETUP, '--mode', 'profile', '--keep', 'work', '--yes'])
  expect(stderr).toContain('Try: mfa-login setup --profile work, which tells them apart')
  expect(code).toBe(3)
  expect(keysOf(box)).toHaveLength(2)
})

it('setup says that two keys could not be checked without a network', async () => {
  const box = await withTwoKeys('work', false)
  box.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9'
  const { stderr } = await box.run([...SETUP, '--yes'])
  expect(stderr).toContain('in [work], which could not be checked: connect ECONNREFUSED')
})
