/** The launcher on macOS and the BSDs, whose `stat` and `date` are played by scripts that print their formats. */
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { statOfSystem } from '../../src/fast-path/stat-form.ts'
import { launchIn, settle, SHELLS, writeIndexFor } from '../support/launcher.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { outputOf } from '../support/programs.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

const SERVE = ['credential-process', '--profile', 'work']

/** stat(1) of macOS: no `-c`, and %m, %Lp, %N, %z, %Fm and %Fc in place of GNU's %Y, %a, %n, %s, %.9Y and %.9Z. */
const BSD_STAT = `#!/bin/sh
[ "$1 $2 $3" = '-L -f %m %Lp %N %d %i %z %Fm %Fc' ] || { echo "stat: illegal option" >&2; exit 1; }
shift 3
exec "$GNU_STAT" -L -c '%Y %a %n %d %i %s %.9Y %.9Z' "$@"
`
/** date(1) of macOS knows no fractions. */
const BSD_DATE = `#!/bin/sh
[ "$*" = +%s ] || exit 1
exec "$GNU_DATE" +%s
`

async function ready(platform: string): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  await settle()
  expect((await box.run(SERVE)).code).toBe(0)
  writeFileSync(`${box.home}/fallback`, 'echo ran Node')
  mkdirSync(`${box.home}/bsd`)
  for (const [name, text] of Object.entries({ stat: BSD_STAT, date: BSD_DATE })) {
    writeFileSync(`${box.home}/bsd/${name}`, text)
    chmodSync(`${box.home}/bsd/${name}`, 0o755)
    const path = outputOf('/bin/sh', '-c', `command -v ${name}`)?.trim() ?? ''
    box.env[`GNU_${name.toUpperCase()}`] = path
  }
  const [config, credentials] = [box.path('config'), box.path('credentials')]
  writeIndexFor({ config, credentials, cache: box.path('mfa-login/cache') }, 'work', { platform })
  return box
}

function launch(shell: readonly string[], box: Sandbox): string {
  const env = { ...box.env, PATH: `${box.home}/bsd:${box.env.PATH ?? ''}` }
  return launchIn(shell, ['/bin/sh', `${box.home}/fallback`, ...SERVE], env)
}

test.each(['darwin', 'freebsd', 'netbsd', 'openbsd'])('%s has the form bsd', (platform) => {
  expect(statOfSystem(platform).form).toBe('bsd')
})

describe.each(SHELLS)('the launcher in $name, with the stat of macOS', ({ words, isInstalled }) => {
  it.skipIf(!isInstalled())('answers, and starts Node after a change', async () => {
    const box = await ready('darwin')
    expect(JSON.parse(launch(words, box))).toHaveProperty('SessionToken')
    utimesSync(box.path('config'), 1, 1)
    expect(launch(words, box)).toBe('ran Node\n')
  })

  it.skipIf(!isInstalled())('starts Node for an index of Linux', async () => {
    expect(launch(words, await ready('linux'))).toBe('ran Node\n')
  })
})
