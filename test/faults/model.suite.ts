/** Thousands of steps of the model, from FAULTS_SEED or a new seed: MODEL_SEED plays one round again. */
import { play } from '../model/campaign.ts'
import { row } from './report.ts'

const STEPS = 8000 / Number(process.env.FAULTS_STEP ?? '1')
const { MODEL_SEED, FAULTS_SEED = String(Date.now() % 1_000_000_000) } = process.env
const SEED = Number(MODEL_SEED ?? FAULTS_SEED)

row('interleaved commands', async () => {
  const isOver = ({ steps }: { steps: number }): boolean =>
    steps >= STEPS || MODEL_SEED !== undefined
  const lanes = MODEL_SEED === undefined ? 2 : 1
  const counts = await play(SEED, { lanes, stepsOfRound: 100 }, isOver)
  process.stdout.write(`model: seed ${SEED}, ${JSON.stringify(counts)}\n`)
  const { steps, rounds, runs, holds, questions, kills } = counts
  return {
    what: `${steps} steps in ${rounds} rounds: ${runs} runs of all commands that change files, ${holds} times held at a step while others ran, ${questions} questions answered, ${kills} runs killed`,
    line: '',
    exit: 0,
    held: 'after each step: every key that AWS calls active is in the file, the keyring or the journal; no section mixes keys and session; what `keys store` took out is in no file; after each round every command works',
  }
})
