/** The archives of `.ci/release/archive.mjs`, as Python reads them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { has } from '../support/programs.ts'

interface File {
  readonly name: string
  readonly mode: number
  readonly data: Buffer
}
const SCRIPT = new URL('../../.ci/release/archive.mjs', import.meta.url).href
const { tarGz, zip } = (await import(SCRIPT)) as Record<'tarGz' | 'zip', (files: File[]) => Buffer>

const FILES: File[] = [
  { name: 'folder/program', mode: 0o755, data: Buffer.from('text '.repeat(10_000)) },
  { name: 'folder/empty', mode: 0o644, data: Buffer.alloc(0) },
  {
    name: 'folder/bytes',
    mode: 0o644,
    data: Buffer.from(Array.from({ length: 513 }, (_, i) => i)),
  },
]

const OF_TAR = `
import sys, tarfile
with tarfile.open(sys.argv[1], 'r:gz') as archive:
    for each in archive:
        print(each.name, oct(each.mode), each.mtime, each.uid, archive.extractfile(each).read().hex())
`
const OF_ZIP = `
import sys, zipfile, calendar
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    for each in archive.infolist():
        time = calendar.timegm(each.date_time + (0, 0, 0))
        print(each.filename, oct(each.external_attr >> 16 & 0o777), time, 0, archive.read(each).hex())
`

describe.skipIf(!has('python3', '--version'))('an archive', () => {
  it.each([
    { kind: 'tar.gz', make: tarGz, program: OF_TAR },
    { kind: 'zip', make: zip, program: OF_ZIP },
  ])('($kind) has the files, their modes and one time', ({ make, program }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mfa-login-archive-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'archive')
    writeFileSync(path, make(FILES))
    const lines = execFileSync('python3', ['-c', program, path], { encoding: 'utf8' })
    const time = Date.UTC(1985, 9, 26, 8, 15) / 1000
    const expected = FILES.map(({ name, mode, data }) =>
      [name, `0o${mode.toString(8)}`, time, 0, data.toString('hex')].join(' '),
    )
    expect(lines.split(/\r?\n/).slice(0, -1)).toEqual(expected)
  })
})
