/**
 * What three people see at a terminal of 80 columns, from their first command to daily work. The screens are in
 * `test/fixtures/journeys`; after a change that is meant, `npx vitest run -u journeys` writes them again.
 */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import {
  administrator,
  newcomer,
  normalized,
  perform,
  newDay,
  type Situation,
} from '../support/person.ts'
import type { Sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

type Step = readonly [command: string, situation?: Situation]

/** Runs commands one after another, and compares all screens with a file. */
async function walk(box: Sandbox, name: string, steps: readonly Step[]): Promise<void> {
  const screens: string[] = []
  for (const [command, situation] of steps) {
    const { code, screen } = await perform(box, command, { columns: 80, ...situation })
    const exit = code === 0 ? [] : [`(exit code ${code ?? 'none'})`]
    screens.push([`$ ${command}`, ...normalized(screen, box.home), ...exit].join('\n'))
    for (const line of screen) expect(line.length, line).toBeLessThanOrEqual(80)
  }
  const file = fileURLToPath(new URL(`../fixtures/journeys/${name}.txt`, import.meta.url))
  await expect(`${screens.join('\n\n')}\n`).toMatchFileSnapshot(file)
}

it('a new developer goes from an access key to daily work', async () => {
  const box = await newcomer()
  await walk(box, 'new-developer', [
    ['mfa-login --help'],
    ['mfa-login status'],
    ['mfa-login --profile work'],
    ['mfa-login doctor --profile work'],
    ['mfa-login device enroll --profile work'],
    ['mfa-login status'],
    ['mfa-login --profile work'],
    ['mfa-login setup --profile work'],
    ['mfa-login doctor --profile work'],
    ['mfa-login exec work -- env | grep -c AWS_SESSION_TOKEN'],
    ['mfa-login logout --profile work'],
    ['mfa-login setup --profile work --undo'],
  ])
})

it('an administrator writes, checks, applies and proves the policy', async () => {
  const box = await administrator()
  await walk(box, 'administrator', [
    ['mfa-login policy --help'],
    ['mfa-login policy show > mfa.json; mfa-login policy check mfa.json'],
    ['mfa-login policy show --style classic | mfa-login policy check -'],
    ['mfa-login policy apply --group developers --profile admin'],
    ['mfa-login policy check --live --group developers --profile admin'],
    ['mfa-login policy apply --group developers --profile admin'],
    ['mfa-login policy apply --group nobody --profile admin'],
  ])
})

it('a convert from aws-vault keeps profiles and habits', async () => {
  const box = await newDay()
  box.write(
    'config',
    '[profile work]\nregion = eu-west-1\ncredential_process = aws-vault export work\n',
  )
  await walk(box, 'convert', [
    ['mfa-login import --dry-run'],
    ['mfa-login import'],
    ['mfa-login exec work -- env | grep -c AWS_SESSION_TOKEN'],
    ['mfa-login ls'],
    ['mfa-login keys list'],
    ['mfa-login keys rotate --profile work'],
    ['mfa-login logot'],
  ])
})
