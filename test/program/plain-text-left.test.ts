/** Unencrypted sessions where sessions are to be encrypted, with GNOME Keyring if it is installed. */
import { describe, expect, it } from 'vitest'
import { isOnDisk, LOGIN, ok, serve } from '../support/encrypted.ts'
import { boxWithRoles } from '../support/roles.ts'
import { sandbox } from '../support/sandbox.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'

describe.skipIf(!hasKeyring)('with sessions to be encrypted', () => {
  it('setup removes the session that a login wrote, from backups too', async () => {
    const box = await sandbox()
    await startKeyring(box)
    await ok(box.run([...LOGIN, box.code()]))
    const env = { MFA_LOGIN_CACHE_ENCRYPTION: 'keyring' }
    const shown = await ok(box.run(['setup', '--profile', 'work', '--dry-run'], { env }))
    expect(shown.stderr).toContain('[work-mfa] loses its session')
    expect(box.read('credentials')).toContain('aws_session_token')
    const done = await ok(box.run(['setup', '--profile', 'work', '--yes'], { env }))
    expect(done.stderr).toContain('Removed sessions from backups: ')
    box.env.MFA_LOGIN_CACHE_ENCRYPTION = 'keyring'
    expect(isOnDisk(box, await serve(box))).toBe(false)
    await ok(box.run(['setup', '--profile', 'work', '--undo', '--yes']))
    expect(box.read('credentials')).toContain(`[work]\naws_access_key_id = ${box.key.accessKeyId}`)
  })

  it('the doctor finds every unencrypted session of the key', async () => {
    const box = await boxWithRoles()
    await startKeyring(box)
    box.write('credentials', box.keysSection())
    await ok(box.run([...LOGIN, box.code()]))
    await ok(box.run(['setup', '--profile', 'work', '--yes']))
    await ok(box.run(['setup', '--profile', 'admin', '--yes']))
    await ok(box.run(['exec', '--profile', 'admin', '--', process.execPath, '--version']))
    box.env.MFA_LOGIN_CACHE_ENCRYPTION = 'keyring'
    const found = async (profile: string): Promise<string[]> => {
      const { stdout } = await box.run(['doctor', '--profile', profile, '--json'])
      const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] }
      const plain = findings.filter((each) => each.code === 'session-in-plain-text')
      return plain.map(({ message = '', remedy = '' }) => `${message} ${remedy}`)
    }
    const line = (madeFor: string, place: string): string =>
      `Sessions must be encrypted, but the one of ${madeFor} in the ${place} is not. mfa-login logout --profile ${madeFor}`
    const section = line('work', 'profile work-mfa')
    const both = [section, line('admin', 'cache'), line('work', 'cache')]
    for (const profile of ['work', 'admin']) expect(await found(profile)).toEqual(both)
    await ok(box.run(['exec', '--profile', 'admin', '--', process.execPath, '--version']))
    for (const profile of ['work', 'admin'])
      expect(await found(profile)).toEqual([section, line('work', 'cache')])
    await ok(box.run(['exec', '--profile', 'work', '--', process.execPath, '--version']))
    expect(await found('work')).toEqual([section])
    await ok(box.run(['logout', '--profile', 'work']))
    for (const profile of ['work', 'admin']) expect(await found(profile)).toEqual([])
  })
})
