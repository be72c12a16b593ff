/** A few rounds; `npm run faults -- model` plays thousands of steps. MODEL_SEED plays one round again. */
import { expect, it } from 'vitest'
import { play } from './campaign.ts'

const SEED = Number(process.env.MODEL_SEED ?? '20260101')

it('no interleaving of commands, holds, answers and kills loses a key, brings one back or mixes it with a session', async () => {
  const end = Date.now() + 8000
  const isOver = (): boolean => Date.now() > end || process.env.MODEL_SEED !== undefined
  const lanes = process.env.MODEL_SEED === undefined ? 2 : 1
  const counts = await play(SEED, { lanes, stepsOfRound: 50 }, isOver)
  process.stdout.write(`model: seed ${SEED}, ${JSON.stringify(counts)}\n`)
  expect(counts.steps).toBeGreaterThan(20)
}, 600_000)
