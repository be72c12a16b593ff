/** SIGKILL at every change that a run makes to files. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { expect } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { killedEverywhere, PATIENCE_MS, plainConfig, rig, type Scene } from './kills.ts'
import { lineOf, row } from './report.ts'
import type { RowName } from './rows.ts'
import { WORK } from './scene.ts'
import type { Sandbox } from '../support/sandbox.ts'

const roleConfig = (box: Sandbox) =>
  `${plainConfig(box)}[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n\n`
const keys = (box: Sandbox) => box.keysSection()
/** A program that does nothing, successfully. */
const SUCCEEDING = process.platform === 'win32' ? ['cmd', '/c', 'exit'] : ['true']
const SETUP = ['setup', ...WORK, '--yes']

const SCENES: Partial<Record<RowName, Scene>> = {
  'killed: login': { args: ['login', ...WORK], config: plainConfig, credentials: keys },
  'killed: login over a session': {
    args: ['login', ...WORK, '--force'],
    config: plainConfig,
    credentials: keys,
    before: [['login', ...WORK]],
  },
  'killed: login through a symlink': {
    args: ['login', ...WORK, '--to', 'day'],
    config: plainConfig,
    credentials: keys,
    isLinked: true,
  },
  'killed: credential-process': {
    args: ['credential-process', ...WORK],
    config: plainConfig,
    credentials: keys,
    before: [SETUP],
  },
  'killed: role login': {
    args: ['login', '--profile', 'admin'],
    config: roleConfig,
    credentials: keys,
  },
  'killed: role credential-process': {
    args: ['credential-process', '--profile', 'admin'],
    config: roleConfig,
    credentials: keys,
    before: [['setup', '--profile', 'admin', '--yes']],
  },
  'killed: exec': {
    args: ['exec', ...WORK, '--', ...SUCCEEDING],
    config: plainConfig,
    credentials: keys,
  },
  'killed: use': {
    args: ['use', 'work', '--shell', 'bash'],
    config: plainConfig,
    credentials: keys,
  },
  'killed: setup': { args: SETUP, config: plainConfig, credentials: keys },
  'killed: setup of a role': {
    args: ['setup', '--profile', 'admin', '--yes'],
    config: roleConfig,
    credentials: keys,
  },
  'killed: setup --undo': {
    args: [...SETUP, '--undo'],
    config: plainConfig,
    credentials: keys,
    before: [SETUP],
    doneAlready: 'has no credential_process of mfa-login to undo',
  },
  'killed: logout': {
    args: ['logout', '--all'],
    config: plainConfig,
    credentials: keys,
    before: [['login', ...WORK]],
  },
}

for (const [name, scene] of Object.entries(SCENES)) {
  const reason = scene.isLinked && notOnWindows('links under Wine') ? 'no links' : undefined
  row(name as RowName, async () => killedEverywhere(scene), reason)
}

row('killed: holder of the lock', async () => {
  const box = await rig()
  box.write('config', plainConfig(box))
  box.write('credentials', keys(box))
  box.giveCode(box.code())
  box.aws.faults.next.push({ kind: { slowMs: 60_000 }, action: 'GetSessionToken' })
  const holder = box.start(['login', ...WORK])
  while (
    !box.read('config').includes('mfa_serial') ||
    !existsSync(box.path('mfa-login/cache')) ||
    !readdirSync(box.path('mfa-login/cache')).some((name) => name.endsWith('.sent'))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const waiting = ['a', 'b', 'c'].map(async () => box.run(['login', ...WORK]))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  box.giveCode(box.code(1))
  holder.kill('SIGKILL')
  const killedAt = Date.now()
  const outcomes = await Promise.all(waiting)
  expect(Date.now() - killedAt).toBeLessThan(PATIENCE_MS)
  expect(
    outcomes.map(({ code, stderr }) => [code, stderr.includes('in profile work-mfa')]),
  ).toEqual(Array(3).fill([0, true]))
  expect(box.calls().filter((outcome) => outcome === 'OK')).toHaveLength(1)
  const { stderr } = outcomes.find((each) => each.stderr.includes('New session'))!
  await box.close()
  rmSync(box.home, { recursive: true, force: true })
  return {
    what: 'four logins; the one that talks to STS is killed',
    line: lineOf(box, stderr),
    exit: 0,
    held: 'one of the others took over at once with the next code, the rest took its session: one call in all',
  }
})
