import { describe, expect, it } from 'vitest'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const section = (box: Sandbox, name: string): ReadonlyMap<string, string> =>
  profileKeys(parseIni(box.read('credentials')), 'credentials', name)

describe('the long-term keys of the environment', () => {
  it('are read, and the session goes to the profile that --to names', async () => {
    const box = await sandbox()
    box.write('credentials', '')
    const { accessKeyId, secretAccessKey } = box.key
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const { code, stderr } = await box.run(['--to', 'day', '--token-code', box.code()], { env })
    expect(code).toBe(0)
    expect(stderr).toContain('AWS_ACCESS_KEY_ID is set and wins over a profile')
    expect(section(box, 'day').get('aws_session_token')).toBeTruthy()
  })

  it('have their session where AWS_PROFILE names it', async () => {
    const box = await sandbox()
    box.write('credentials', '')
    const { accessKeyId, secretAccessKey } = box.key
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    await box.run(['--profile', 'work', '--token-code', box.code()], { env })
    const again = await box.run(['--json'], { env: { ...env, AWS_PROFILE: 'work-mfa' } })
    expect(JSON.parse(again.stdout)).toMatchObject({ profile: 'work-mfa', isNew: false })
    expect(section(box, 'work-mfa-mfa').size).toBe(0)
  })
})
