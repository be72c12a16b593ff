/** `mfa-login audit --csv`, read by a reader of CSV that takes no liberties. */
import { describe, expect, it } from 'vitest'
import { auditAccount } from '../support/audit-account.ts'
import { has, outputOf } from '../support/programs.ts'
import { sandbox } from '../support/sandbox.ts'

const READER = `
import csv, json, sys
rows = csv.reader(open(sys.argv[1], newline=''), strict=True)
json.dump(list(rows), sys.stdout)
`
const COLUMNS =
  'user arn path groups enforced denied_by open_action open_resource open_with allowed_by depends_on exceptions if_enforced devices password password_last_used must_set_password active_keys oldest_key_days keys_last_used last_activity why'

describe.skipIf(!has('python3', '--version'))('audit --csv', () => {
  it('has every column in every row, each with one meaning', async () => {
    const box = await sandbox(auditAccount(Date.now()))
    box.user.devices = []
    box.write('credentials', box.keysSection())
    const { stdout } = await box.run(['audit', '-p', 'work', '--csv'])
    box.write('users.csv', stdout)
    const read = outputOf('python3', '-c', READER, box.path('users.csv'))
    const [headings = [], ...rows] = JSON.parse(read ?? '') as string[][]
    expect(headings).toEqual(COLUMNS.split(' '))
    expect(rows.map((row) => row.length)).toEqual(Array(41).fill(headings.length))
    const table = rows.map((row) => Object.fromEntries(headings.map((name, at) => [name, row[at]])))
    const of = (user: string) => table.find((row) => row.user === user)
    expect(of('<root_account>')).toEqual({
      user: '<root_account>',
      arn: 'arn:aws:iam::123456789012:root',
      path: '/',
      groups: '',
      enforced: 'no',
      denied_by: '',
      open_action: 's3:ListAllMyBuckets',
      open_resource: '*',
      open_with: 'sessionWithoutMfa',
      allowed_by: '',
      depends_on: '',
      exceptions: '',
      if_enforced: 'works as before',
      devices: 'none',
      password: 'not known',
      password_last_used: 'not known',
      must_set_password: 'not known',
      active_keys: '0',
      oldest_key_days: '',
      keys_last_used: '',
      last_activity: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      why: 'The root user has no device, so its password is enough.',
    })
    expect(of('MixedCase')).toMatchObject({
      groups: 'developers',
      devices: 'authenticator',
      password: 'true',
      must_set_password: 'not known',
      active_keys: '1',
      oldest_key_days: '40',
      keys_last_used: 'never',
    })
    expect(of('xavier')).toMatchObject({
      devices: 'none',
      password: 'false',
      password_last_used: '',
      must_set_password: '',
      active_keys: '0',
      oldest_key_days: '',
      last_activity: 'never',
    })
    expect(of('ivan')).toMatchObject({ must_set_password: 'true', password_last_used: 'never' })
    expect(table.filter(({ why }) => why?.trim() !== why)).toEqual([])
  })
})
