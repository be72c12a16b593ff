/** How many backups `setup` and `import` leave, and which ones. */
import { readdirSync, renameSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SETUP = ['setup', '--profile', 'work', '--yes']

function backups(box: Sandbox, kind = 'credentials'): string[] {
  const prefix = `${kind}.mfa-login-backup-`
  const names = readdirSync(box.path('.')).filter((name) => name.startsWith(prefix))
  return names.map((name) => name.slice(prefix.length))
}

const backup = (ending: string, kind = 'credentials'): string =>
  `${kind}.mfa-login-backup-${ending}`

it('keeps the newest 10 backups of a file', async () => {
  const box = await sandbox()
  const times = Array.from(
    { length: 30 },
    (_, i) => `202001${String(i + 1).padStart(2, '0')}T000000Z`,
  )
  for (const time of times) {
    box.write(backup(time), box.keysSection('work'))
    box.write(backup(time, 'config'), '[profile work]\n')
  }
  // Twelve within a second.
  for (const number of [1, 2, 9, 10, 11])
    box.write(backup(`20200131T000000Z-${number}`), box.keysSection())
  box.write(backup('20200131T000000Z'), box.keysSection())
  const { code, stderr } = await box.run(SETUP)
  expect(code).toBe(0)
  expect(stderr).toContain(
    `Removed 27 old backups of ${box.path('credentials')}; the newest 10 stay.`,
  )
  const made = /Backup: .*backup-(.*)\n/.exec(stderr)![1]!
  const left = [
    ...times.slice(-3),
    '20200131T000000Z',
    ...[1, 2, 9, 10, 11].map((n) => `20200131T000000Z-${n}`),
  ]
  expect(new Set(backups(box))).toEqual(new Set([...left, made]))
  expect(backups(box, 'config')).toHaveLength(10)
  // Nothing to say where nothing is removed.
  expect((await box.run([...SETUP, '--undo'])).stderr).toContain('Removed 1 old backup of')
})

it('removes no backup that alone has long-term keys of a section, and none that cannot be read', async () => {
  const box = await sandbox()
  const lost = '[lost]\naws_access_key_id = AKIALOST\naws_secret_access_key = only-here\n'
  const session = `${lost.replace('lost', 'session')}aws_session_token = t\n`
  box.write(backup('20190101T000000Z'), lost)
  box.write(backup('20190102T000000Z'), `${lost}${box.keysSection('work')}`)
  box.write(backup('20190103T000000Z'), session)
  box.write(backup('20190104T000000Z'), 'no section = 1\n')
  box.write(backup('20190105T000000Z'), '[lost]\nmfa_login_access_key_id = AKIALOST\n')
  for (let i = 10; i < 30; i += 1) box.write(backup(`202001${i}T000000Z`), '[other]\nregion = x\n')
  expect((await box.run(SETUP)).code).toBe(0)
  const old = backups(box)
    .filter((name) => name.startsWith('2019'))
    .sort()
  expect(old).toEqual(['20190102T000000Z', '20190104T000000Z', '20190105T000000Z'])
  expect(backups(box)).toHaveLength(10 + old.length)
})

it('setup --undo finds where the keys were after more changes than backups stay', async () => {
  const box = await sandbox()
  expect((await box.run(SETUP)).code).toBe(0)
  const [made = ''] = backups(box)
  renameSync(box.path(backup(made)), box.path(backup('20190101T000000Z')))
  const after = box.read('credentials')
  for (let i = 10; i < 30; i += 1) box.write(backup(`202001${i}T000000Z`), after)
  expect((await box.run([...SETUP, '--undo'])).code).toBe(0)
  expect(backups(box)).toHaveLength(11)
  expect(box.read('credentials')).toContain(box.keysSection())
  expect((await box.run(SETUP)).code).toBe(0)
  expect((await box.run([...SETUP, '--undo'])).code).toBe(0)
  expect(box.read('credentials')).toContain(box.keysSection())
})

it('counts backups that a wrong clock dated in the future as the oldest', async () => {
  const box = await sandbox()
  for (let i = 10; i < 22; i += 1) box.write(backup(`20990101T0000${i}Z`), box.keysSection())
  const { stderr } = await box.run(SETUP)
  const made = /Backup: .*backup-(.*)\n/.exec(stderr)![1]!
  expect(backups(box)).toHaveLength(10)
  expect(backups(box)).toContain(made)
})
