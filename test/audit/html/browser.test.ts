/** The page of an audit in Chromium, as the people see it who get it. */
import { execFileSync } from 'node:child_process'
import { decode } from 'fast-png'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toHtml } from '../../../src/audit/html/page.ts'
import { IF_ENFORCED, type AuditReport } from '../../../src/audit/report.ts'
import { sanitize } from '../../../src/sanitize.ts'
import { fortyUsers, HOSTILE, hostileReport, manyUsers } from '../../support/audit-report.ts'
import {
  contrastsIn,
  findChromium,
  launchChromium,
  openPage,
  valueIn,
  type OpenPage,
} from '../../support/chromium.ts'
import { noneOnWindows } from '../../support/not-on-windows.ts'
import { has } from '../../support/programs.ts'

noneOnWindows('programs of Linux')

const chromium = findChromium()

describe.skipIf(chromium === undefined)('the page in Chromium', () => {
  let browser: Browser
  let open: OpenPage | undefined
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '')
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    await open?.close()
    open = undefined
  })

  async function show(report: AuditReport, options?: { runsScripts: boolean }): Promise<Page> {
    open = await openPage(browser, toHtml(report), options)
    return open.page
  }

  const setScheme = (page: Page, value: 'light' | 'dark'): Promise<void> =>
    page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])

  describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
    it('asks for nothing, and its console has nothing to say', async () => {
      const page = await show(fortyUsers())
      await setScheme(page, scheme)
      await page.type('input[type=search]', 'a')
      await page.click('#users thead button')
      await page.screenshot()
      expect(open?.trouble).toEqual([])
    })

    it('has text that stands out from what is behind it', async () => {
      const page = await show({ ...hostileReport(), policies: fortyUsers().policies })
      await setScheme(page, scheme)
      const contrasts = await contrastsIn(page)
      expect(contrasts.length).toBeGreaterThan(100)
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    })
  })

  it('is light on light screens and dark on dark ones', async () => {
    const page = await show(fortyUsers())
    const corner = async (scheme: 'light' | 'dark') => {
      await setScheme(page, scheme)
      const { data } = decode(await page.screenshot())
      return Array.from(data.slice(0, 3))
    }
    expect(Math.min(...(await corner('light')))).toBeGreaterThan(230)
    expect(Math.max(...(await corner('dark')))).toBeLessThan(50)
  })

  it.each([1280, 768, 320])(
    'fits a screen of %d pixels, whatever names it shows',
    async (width) => {
      for (const report of [fortyUsers(), hostileReport()]) {
        const page = await show(report)
        await page.setViewport({ width, height: 800 })
        const needed = await page.evaluate('document.documentElement.scrollWidth')
        expect(needed).toBeLessThanOrEqual(width)
        await open?.close()
      }
      open = undefined
    },
  )

  describe('with hostile names', () => {
    it('would run them if it did not escape them', async () => {
      open = await openPage(browser, `<p>${HOSTILE.join('</p><p title="')}"></p>`)
      expect(await open.page.evaluate('window.ran')).toBe(true)
    })

    it('runs none of them, and shows each as text', async () => {
      const page = await show(hostileReport())
      expect(await page.evaluate('window.ran')).toBeUndefined()
      expect(await page.evaluate('document.scripts.length')).toBe(1)
      expect(await page.evaluate(`document.querySelectorAll('img, iframe, [onload]').length`)).toBe(
        0,
      )
      const names = (await shownUsers(page)).slice(1)
      const long = 'x'.repeat(200)
      expect(names.map((name) => name.replace(/… \(10,000 characters\)$/, ''))).toEqual(
        HOSTILE.map((name) => sanitize(name.length > 200 ? long : name)),
      )
      expect(open?.trouble).toEqual([])
    })

    it('lets no other script run, even one that got into it', async () => {
      const html = toHtml(fortyUsers()).replace(
        '</main>',
        '<script>window.ran = true</script></main>',
      )
      open = await openPage(browser, html)
      expect(await open.page.evaluate('window.ran')).toBeUndefined()
      expect(open.trouble.join()).toContain('Content Security Policy')
    })
  })

  it('is a whole table without scripts, and offers no filter then', async () => {
    const page = await show(manyUsers(600), { runsScripts: false })
    expect(await shownUsers(page)).toHaveLength(601)
    expect(await valueIn(page, `document.getElementById('filter').checkVisibility()`)).toBe(false)
    expect(await page.$$('#users thead button')).toEqual([])
  })

  describe('the filter', () => {
    it('shows the users that have every word, and says how many', async () => {
      const page = await show(fortyUsers())
      await page.type('input[type=search]', 'CARLA developers')
      expect(await shownUsers(page)).toEqual(['carla.ext'])
      expect(await textOf(page, '#count')).toBe('1 of 41 rows')
    })

    it('takes both verdicts together, and is cleared', async () => {
      const { users } = fortyUsers()
      const page = await show(fortyUsers())
      await page.select('select[name=enforced]', 'no')
      await page.select('select[name=ifEnforced]', 'breaks')
      const expected = users.filter(
        (user) => user.enforced === 'no' && user.ifEnforced === 'breaks',
      )
      expect(expected.length).toBeGreaterThan(0)
      expect(await shownUsers(page)).toEqual(expected.map(({ user }) => user))
      await page.click('#filter button')
      await page.waitForFunction(`document.getElementById('count').textContent === '41 rows'`)
      expect(await shownUsers(page)).toHaveLength(41)
    })

    it('finds any of more users than it shows at once', async () => {
      const page = await show(manyUsers(1000))
      expect(await textOf(page, '#count')).toBe('1001 rows')
      expect(await shownUsers(page)).toHaveLength(500)
      await page.type('input[type=search]', '0987')
      expect(await shownUsers(page)).toEqual(['user-00987'])
      await page.click('#filter button')
      await page.waitForFunction(`document.getElementById('more').textContent === 'Show 500 more'`)
      await page.click('#more')
      expect(await shownUsers(page)).toHaveLength(1000)
      expect(await textOf(page, '#more')).toBe('Show 1 more')
      await page.click('#more')
      expect(await shownUsers(page)).toHaveLength(1001)
    })
  })

  describe('a heading', () => {
    it('sorts, from the keyboard too, and the other way round the second time', async () => {
      const page = await show(fortyUsers())
      await page.focus('#users th:nth-child(3) button')
      await page.keyboard.press('Enter')
      expect(await sortOf(page, 3)).toBe('ascending')
      const ranks = (await cellsOf(page, 3)).map((text) =>
        IF_ENFORCED.findIndex((verdict) => text.startsWith(verdict)),
      )
      expect(ranks).toEqual(ranks.toSorted((one, other) => one - other))
      expect(new Set(ranks).size).toBeGreaterThan(4)
      await page.keyboard.press('Enter')
      expect(await sortOf(page, 3)).toBe('descending')
      expect((await cellsOf(page, 3))[0]).toContain('not known')
    })

    it('sorts by one column at a time, and keeps the filter', async () => {
      const page = await show(fortyUsers())
      await page.type('input[type=search]', '.ext')
      await page.click('#users th:nth-child(3) button')
      await page.click('#users th:nth-child(1) button')
      expect(await sortOf(page, 3)).toBeNull()
      const names = await shownUsers(page)
      expect(names).toEqual(names.toSorted())
      expect(names).toHaveLength(20)
    })
  })

  describe.skipIf(!has('pdftotext', '-v') || !has('pdftoppm', '-v'))('printed', () => {
    const print = async (page: Page): Promise<Buffer> =>
      Buffer.from(await page.pdf({ preferCSSPageSize: true }))
    const text = (pdf: Buffer): string =>
      execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' })

    it('has all users and the headings on each page, but no filter', async () => {
      const report = fortyUsers()
      const pages = text(await print(await show(report))).split('\f')
      const all = pages.join('\n')
      for (const { user } of report.users.slice(1)) expect(all).toContain(`${user} `)
      const continued = pages.filter((each) =>
        /^ *User +MFA enforced +If enforced today/m.test(each),
      )
      expect(continued.length).toBeGreaterThan(2)
      expect(all).toMatch(new RegExp(`^ *2 ?/ ?${pages.length - 1}$`, 'm'))
      expect(all).not.toMatch(/Search|Clear|Next steps/)
    })

    it('says how many users a filter leaves', async () => {
      const page = await show(fortyUsers())
      await page.type('input[type=search]', 'carla')
      expect(text(await print(page))).toContain('2 of 41 rows')
    })

    it('is light and keeps its colors, on a dark screen too', async () => {
      const page = await show(fortyUsers())
      await setScheme(page, 'dark')
      const image = execFileSync('pdftoppm', ['-png', '-r', '72', '-f', '2', '-l', '2', '-'], {
        input: await print(page),
      })
      const { data, channels } = decode(image)
      const colors = new Set<string>()
      for (let at = 0; at < data.length; at += channels) {
        colors.add(data.slice(at, at + 3).join(' '))
      }
      expect(Array.from(data.slice(0, 3))).toEqual([255, 255, 255])
      // Behind "yes" and "no".
      expect(colors).toContain('225 241 236')
      expect(colors).toContain('251 229 230')
    })
  })
})

function textOf(page: Page, selector: string): Promise<string> {
  return valueIn(page, `document.querySelector('${selector}').textContent`)
}

const ROWS = `Array.from(document.querySelectorAll('#users tbody tr'))`

/** The names in the rows that can be seen. */
function shownUsers(page: Page): Promise<string[]> {
  const nameOf = `(row.querySelector('th > bdi') ?? { textContent: '<root_account>' }).textContent`
  return valueIn(page, `${ROWS}.filter((row) => row.checkVisibility()).map((row) => ${nameOf})`)
}

function sortOf(page: Page, column: number): Promise<string | null> {
  const heading = `document.querySelector('#users thead th:nth-child(${column})')`
  return valueIn(page, `${heading}.getAttribute('aria-sort')`)
}

function cellsOf(page: Page, column: number): Promise<string[]> {
  return valueIn(page, `${ROWS}.map((row) => row.cells[${column - 1}].textContent.trim())`)
}
