/** `mfa-login audit --html` and `--sarif` for an account that holds every state. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import type { AuditReport } from '../../src/audit/report.ts'
import { auditAccount } from '../support/audit-account.ts'
import { findChromium, launchChromium, openPage, valueIn } from '../support/chromium.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const PICTURE = new URL('../../docs/audit.png', import.meta.url)

const audit = (box: Sandbox, ...more: string[]): Promise<Outcome> =>
  box.run(['audit', '--profile', 'work-mfa', ...more])

async function office(): Promise<Sandbox> {
  const box = await sandbox(auditAccount(Date.now()))
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code, stderr).toBe(0)
  return box
}

describe('audit --html', () => {
  it('writes a page of all users, says where it is, and prints what it prints without it', async () => {
    const box = await office()
    const file = box.path('audit.html')
    const { stdout, stderr, code } = await audit(box, '--json', '--html', file)
    expect(code, stderr).toBe(1)
    expect(stderr).toContain(`The report is in ${file}.`)
    const { users } = JSON.parse(stdout) as AuditReport
    expect(users).toHaveLength(41)
    const page = readFileSync(file, 'utf8')
    expect(page.match(/<tr data-enforced=/g)).toHaveLength(41)
    for (const { user } of users.slice(1)) expect(page).toContain(`<bdi>${user}</bdi>`)
  })

  it('replaces a file with --force only, and refuses one and a folder before it reads the account', async () => {
    const box = await office()
    const file = box.path('audit.html')
    writeFileSync(file, 'the old one')
    const refused = await audit(box, '--html', file)
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain(`${file} exists.`)
    expect(refused.stderr).toContain('--force')
    expect(box.calls('GetAccountAuthorizationDetails')).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe('the old one')
    await audit(box, '--html', file, '--force')
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/)
    const folder = box.path('pages')
    mkdirSync(folder)
    const before = box.calls('GetAccountAuthorizationDetails').length
    const { stdout, stderr, code } = await audit(box, '--html', folder, '--force')
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain(folder)
    expect(box.calls('GetAccountAuthorizationDetails')).toHaveLength(before)
  })

  const chromium = notOnWindows('programs of Linux') ? undefined : findChromium()
  /** `PICTURE=1 npx vitest run test/program/audit-outputs.test.ts` takes the picture of the documentation. */
  it.skipIf(chromium === undefined)('is a page without trouble, as its picture shows', async () => {
    const box = await office()
    const file = box.path('audit.html')
    const { next } = JSON.parse((await audit(box, '--html', file, '--json')).stdout) as AuditReport
    const browser = await launchChromium(chromium ?? '')
    try {
      const { page, trouble } = await openPage(browser, readFileSync(file, 'utf8'))
      expect(await valueIn(page, `document.getElementById('count').textContent`)).toBe('41 rows')
      const copied = `Array.from(document.querySelectorAll('.steps pre'), (each) => each.innerText)`
      expect(await valueIn(page, copied)).toEqual(
        next.flatMap(({ commands }) => (commands.length === 0 ? [] : commands.join('\n'))),
      )
      await page.setViewport({ width: 1180, height: 1500 })
      const picture = await page.screenshot()
      expect(trouble).toEqual([])
      if (process.env.PICTURE !== undefined) writeFileSync(PICTURE, picture)
    } finally {
      await browser.close()
    }
    expect(statSync(PICTURE).size).toBeLessThan(200_000)
  })
})

describe('audit --sarif', () => {
  it('has the findings of --json, each at its user, role or policy', async () => {
    const box = await office()
    const { findings } = JSON.parse((await audit(box, '--json')).stdout) as AuditReport
    const { stdout, code } = await audit(box, '--sarif')
    const { results = [] } = (JSON.parse(stdout) as Log).runs[0]!
    expect(code).toBe(1)
    expect(findings.length).toBeGreaterThan(20)
    expect(
      results.map(({ ruleId, locations }) => [
        ruleId,
        locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName,
      ]),
    ).toEqual(findings.map(({ code: ruleId, subject }) => [ruleId, subject]))
  })

  it('cannot be printed beside another format', async () => {
    const box = await sandbox()
    expect((await audit(box, '--sarif', '--json')).stderr).toContain('cannot be used')
    expect((await audit(box, '--sarif', '--csv')).stderr).toContain('cannot be used')
  })
})
