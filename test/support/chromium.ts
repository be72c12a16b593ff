/** A real browser for the pages that mfa-login writes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { outputOf } from './programs.ts'

/** The path of the system's Chromium; undefined if it is not installed. */
export function findChromium(): string | undefined {
  const path = outputOf('sh', '-c', 'command -v chromium || command -v chromium-browser')?.trim()
  return path === '' ? undefined : path
}

/** Chromium refuses to run as root in its sandbox. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

export interface OpenPage {
  readonly page: Page
  /** What it asked for besides itself, and what its console says. */
  readonly trouble: readonly string[]
  close(): Promise<void>
}

/** Opens a document from a file, as the person does who gets it. */
export async function openPage(
  browser: Browser,
  html: string,
  { runsScripts = true } = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'mfa-login-page-'))
  const file = join(folder, 'audit.html')
  writeFileSync(file, html)
  const url = pathToFileURL(file).href
  const page = await browser.newPage()
  const trouble: string[] = []
  page.on('request', (request) => {
    if (request.url() !== url) trouble.push(`request ${request.url()}`)
  })
  page.on('console', (message) => trouble.push(`${message.type()} ${message.text()}`))
  page.on('pageerror', (error) => trouble.push(String(error)))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.setJavaScriptEnabled(runsScripts)
  await page.setViewport({ width: 1280, height: 900 })
  await page.goto(url)
  const close = async (): Promise<void> => {
    await page.close()
    rmSync(folder, { recursive: true })
  }
  return { page, trouble, close }
}

/** The value of an expression in the page, in the JavaScript of browsers. */
export async function valueIn<T>(page: Page, expression: string): Promise<T> {
  return (await page.evaluate(expression)) as T
}

interface Contrast {
  readonly text: string
  readonly ratio: number
}

/** The contrast of each visible text with what is behind it, as WCAG 2.2 computes it. */
export function contrastsIn(page: Page): Promise<Contrast[]> {
  return valueIn(page, `(${CONTRASTS})()`)
}

const CONTRASTS = `() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element) => {
    if (element === null) return 'rgb(255, 255, 255)'
    const { backgroundColor } = getComputedStyle(element)
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor
  }
  const hasText = ({ childNodes }) =>
    Array.from(childNodes).some(({ nodeType, textContent }) => nodeType === 3 && textContent.trim() !== '')
  return Array.from(document.body.querySelectorAll('*'))
    .filter((element) => hasText(element) && element.checkVisibility())
    .map((element) => {
      const lights = [getComputedStyle(element).color, behind(element)].map(luminance)
      const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05)
      return { text: element.textContent.slice(0, 40), ratio }
    })
}`
