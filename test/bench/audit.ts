/** An audit of accounts at IAM's quotas, and of half that size: it has to grow in step. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalAws, type LocalAws } from '../../src/local-aws/index.ts'
import { AT_QUOTAS, bigAccount } from '../support/big-account.ts'
import { PROGRAM } from './stage.ts'
import type { Group, ProcessRow } from './timing.ts'

type Sizes = typeof AT_QUOTAS

const HALF = Object.fromEntries(
  Object.entries(AT_QUOTAS).map(([name, count]) => [name, count / 2]),
) as Sizes

interface Audited {
  readonly aws: LocalAws
  readonly home: string
  readonly row: ProcessRow
}

/** `close` ends the accounts that the rows read. */
export async function auditGroup(rounds: number): Promise<Group & { close(): Promise<void> }> {
  const half = await startAccount('half of that account', HALF)
  const whole = await startAccount('an account at IAM’s quotas', AT_QUOTAS)
  const ownTime = 'of which the local AWS’s own time'
  const requests = await countRequests(whole)
  return {
    title: `An audit of 5,000 users, 300 groups, 1,500 policies and 1,000 roles, in ${requests} requests`,
    rounds,
    rows: [
      half.row,
      {
        ...whole.row,
        targets: [{ atMost: 2.2 }, { atMost: 3000, of: ownTime, isDifference: true }],
        megabytesAtMost: 250,
      },
      { name: ownTime, time: async () => timeOfAws(whole) },
    ],
    close: async () => {
      for (const { aws, home } of [half, whole]) {
        await aws.close()
        rmSync(home, { recursive: true })
      }
    },
  }
}

async function startAccount(name: string, sizes: Sizes): Promise<Audited> {
  const account = bigAccount(Date.now(), sizes)
  const [key] = account.users[0]?.keys ?? []
  if (key === undefined) throw new Error('the auditor has no key')
  const aws = await startLocalAws({ account })
  const home = mkdtempSync(join(tmpdir(), 'mfa-login-audit-'))
  mkdirSync(join(home, '.aws'), { mode: 0o700 })
  const keys = `aws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`
  writeFileSync(join(home, '.aws/credentials'), `[auditor]\n${keys}`, { mode: 0o600 })
  writeFileSync(join(home, '.aws/config'), '[profile auditor]\nregion = eu-west-1\n')
  const row: ProcessRow = {
    name,
    command: [process.execPath, PROGRAM, 'audit', '--profile', 'auditor', '--csv'],
    env: { PATH: process.env.PATH ?? '', HOME: home, AWS_ENDPOINT_URL: aws.url },
    starts: 1,
    prints: /^\S/,
    // Some users are not covered.
    exitCodes: [1],
  }
  return { aws, home, row }
}

async function run({ row: { command, env } }: Audited): Promise<void> {
  const [program = '', ...words] = command
  await once(spawn(program, words, { env, stdio: 'ignore' }), 'close')
}

async function countRequests(audited: Audited): Promise<number> {
  const before = audited.aws.requests.length
  await run(audited)
  return audited.aws.requests.length - before
}

/** The local AWS runs in this process, which does nothing else meanwhile. */
async function timeOfAws(audited: Audited): Promise<number> {
  const before = process.cpuUsage()
  await run(audited)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
