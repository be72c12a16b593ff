/** Situations of settings and files in which mfa-login prints a remedy. */
import { chmodSync, writeFileSync } from 'node:fs'
import {
  DOCTOR,
  login,
  words,
  replace,
  moved,
  setUp,
  loggedIn,
  type Situation,
} from './situations.ts'

export const OF_SETTINGS: readonly Situation[] = [
  {
    when: 'no region',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      replace(box, 'config', 'region = eu-west-1\n', '')
    },
    run: DOCTOR,
    remedy: 'aws configure set region us-east-1 --profile work',
  },
  {
    when: 'no region and the null device as the config',
    given: async (box) => {
      moved(box, 'work-long-term')
      await loggedIn(box)
      box.env.AWS_CONFIG_FILE = '/dev/null'
    },
    run: DOCTOR,
    remedy: 'export AWS_REGION=us-east-1',
  },
  {
    when: 'the serial number of another account',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      replace(box, 'config', /(mfa_serial = arn:aws:iam::)\d+/, '$1210987654321')
    },
    run: DOCTOR,
    remedy: (box) => `aws configure set mfa_serial ${box.device.serialNumber} --profile work`,
  },
  {
    when: 'a wrong serial number',
    run: (box) => [...login()(box), '--serial', 'arn:aws:iam::123456789012:mfa/bob'],
    remedy: 'mfa-login device list --profile work, then: mfa-login --profile work --serial ARN',
    fill: (box) => ({ ARN: box.device.serialNumber }),
    then: words('status', '--profile', 'work-mfa'),
  },
  {
    when: 'a credentials file that others may read',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      chmodSync(box.path('credentials'), 0o644)
    },
    run: DOCTOR,
    remedy: (box) => `chmod 600 ${box.path('credentials')}`,
  },
  ...['utf16le', 'byte order mark', 'latin1'].map((encoding): Situation => {
    const filters: Record<string, string> = {
      utf16le: 'iconv -f UTF-16 -t UTF-8',
      latin1: 'iconv -f LATIN1 -t UTF-8',
      'byte order mark': 'tail -c +4',
    }
    return {
      when: `a credentials file in ${encoding}`,
      given: (box) => {
        const text = `\uFEFF${box.keysSection()}`
        const bytes =
          encoding === 'utf16le'
            ? Buffer.from(text, 'utf16le')
            : encoding === 'latin1'
              ? Buffer.from(`# \u00E9\n${box.keysSection()}`, 'latin1')
              : Buffer.from(text)
        writeFileSync(box.path('credentials'), bytes)
      },
      run: login(),
      remedy: (box) => {
        const path = box.path('credentials')
        return `sh -c 'umask 077; ${filters[encoding]!} "${path}" >"${path}.new" && cat "${path}.new" >"${path}" && rm "${path}.new"'`
      },
    }
  }),
  {
    when: 'a cache folder that cannot be made',
    given: (box) => box.write('mfa-login', ''),
    run: login(),
    remedy: 'export MFA_LOGIN_CACHE_DIR=FOLDER, with a folder that you can write to',
    fill: (box) => ({ FOLDER: `${box.home}/cache` }),
    then: login(),
  },
  {
    when: 'a line that starts a program that is not there',
    given: async (box) => {
      await setUp(box)
      await loggedIn(box)
      replace(box, 'config', /credential_process = \S+/, 'credential_process = /gone/node')
    },
    run: DOCTOR,
    remedy: 'mfa-login setup --profile work',
  },
  {
    when: 'a key in quotation marks',
    given: (box) => replace(box, 'credentials', /(access_key_id = )(.*)/, '$1"$2"'),
    run: login(),
    remedy: (box) =>
      `check aws_access_key_id in ${box.path('credentials')}:2, and remove the quotation marks`,
    person: { check: (box) => replace(box, 'credentials', /"/g, '') },
  },
  {
    when: 'a duration that is none',
    given: (box) => box.write('config', `${box.read('config')}duration_seconds = 12H\n`),
    run: login(),
    remedy: (box) => `check duration_seconds in ${box.path('config')}:3`,
    person: { check: (box) => replace(box, 'config', '12H', '12h') },
  },
  {
    when: 'a target that holds keys',
    given: (box) => box.write('credentials', box.keysSection() + box.keysSection('work-mfa')),
    run: login(),
    remedy: 'mfa-login --profile work --to ANOTHER-NAME',
    fill: () => ({ 'ANOTHER-NAME': 'session' }),
    then: words('status'),
  },
]
