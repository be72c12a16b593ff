/** The QR code of `device enroll`, read as a phone would. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { classicPolicy } from '../../src/policy/documents.ts'
import { enrolling, enrollingIn, newcomer } from '../support/enrolling.ts'
import { readQr, readScreen } from '../support/qr.ts'
import { expectPrivate } from '../support/private.ts'
import { textOn } from '../support/session.ts'

describe('the QR code of device enroll', () => {
  const uri = (screen: string): string => {
    const secret = /type the seed:\s+([A-Z2-7 ]+)/.exec(screen)?.[1]?.replaceAll(' ', '')
    return `otpauth://totp/bob@123456789012?secret=${secret ?? ''}&issuer=Amazon%20Web%20Services`
  }

  it.each([
    ['dark', [], true],
    ['light', ['--invert'], false],
  ] as const)('can be read from a %s terminal', async (_, options, isDark) => {
    const box = await newcomer()
    const run = enrolling(box, ...options)
    await run.waitFor('The code it shows')
    const screen = await textOn(run)
    expect(readScreen(screen, isDark)).toBe(uri(screen))
    run.kill()
  })

  it('has another label for another device, so that no app replaces the first entry', async () => {
    const box = await newcomer()
    const run = enrolling(box, '--name', 'bob=phone')
    await run.waitFor('The code it shows')
    const screen = await textOn(run)
    expect(readScreen(screen, true)).toBe(uri(screen).replace('totp/bob@', 'totp/bob%3Dphone@'))
    run.kill()
  })

  it.each([
    ['too low', { columns: 80, rows: 24 }, true, 'until all of the code is visible'],
    ['too narrow', { columns: 40, rows: 60 }, false, 'and start again'],
  ])(
    'has the secret below it, and what to do, where the window is %s',
    async (_, window, isDrawn, fix) => {
      const box = await newcomer()
      const run = enrollingIn(window, box)
      // A narrow window of Windows breaks the question after the next letters.
      await run.waitFor('The code it sho')
      const screen = await textOn(run, window.columns)
      const text = screen.replace(/\s+/g, ' ')
      expect(text).toContain(
        `The QR code needs a window of 43 columns and 28 rows, and this one has ${window.columns} and ${window.rows}.`,
      )
      expect(text).toContain(fix)
      expect(text).toMatch(/type the seed: ([A-Z2-7]{4} ){16}The QR code needs/)
      expect(readScreen(screen, true) === undefined).toBe(!isDrawn)
      run.kill()
    },
  )

  it('can be read from the PNG file, which only its owner can open', async () => {
    const box = await newcomer()
    const file = `${box.home}/qr.png`
    const run = enrolling(box, '--png', file)
    await run.waitFor('The code it shows')
    const { width, height, data } = decode(readFileSync(file))
    expect(readQr(width, height, (x, y) => data[y * width + x] === 255)).toBe(
      uri(await textOn(run)),
    )
    expectPrivate(file)
    expect(run.screen).toContain('delete it after you scan it')
    run.kill()
  })

  it('is removed as a picture if the device is deleted again', async () => {
    const box = await newcomer(classicPolicy())
    const file = `${box.home}/qr.png`
    const run = enrolling(box, '--png', file)
    await run.waitFor('The code it shows')
    expect(existsSync(file)).toBe(true)
    await run.answer('The code it shows', '\u0003')
    expect(await run.exit).toBe(130)
    expect(existsSync(file)).toBe(false)
  })

  it('does not overwrite a file', async () => {
    const box = await newcomer()
    const file = `${box.home}/mine.png`
    writeFileSync(file, 'mine')
    const run = enrolling(box, '--png', file)
    expect(await run.exit).toBe(3)
    expect(run.screen).toContain('it already exists')
    expect(readFileSync(file, 'utf8')).toBe('mine')
    for (const nowhere of [`${box.home}/none/qr.png`, '/proc/qr.png', `${box.home}/`]) {
      expect(await enrolling(box, '--png', nowhere).exit, nowhere).toBe(3)
    }
    expect(box.calls('CreateVirtualMFADevice')).toEqual([])
  })
})
