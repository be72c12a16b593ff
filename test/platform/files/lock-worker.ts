// Adds to a counter file under the lock, or holds the lock until it is killed.
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from '../../../src/platform/files/lock.ts'

const [mode, lock = '', counter = '', rounds] = process.argv.slice(2)
if (mode === 'hold') {
  await withLock(lock, async () => {
    process.stdout.write('held\n')
    await sleep(60_000)
  })
}
for (let i = 0; i < Number(rounds); i += 1) {
  await withLock(lock, async () => {
    const value = Number(readFileSync(counter, 'utf8'))
    await sleep(1)
    writeFileSync(counter, String(value + 1))
  })
}
