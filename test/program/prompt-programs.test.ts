/** How programs that ask for a code are run, played by scripts with the arguments of the real ones. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, test } from 'vitest'
import {
  ANSWER,
  answers,
  DIALOG,
  ENDLESS,
  program,
  runsOf,
  X11,
  type Body,
} from '../support/asking.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { isRunning } from '../../src/platform/files/lock-holder.ts'
import { outcomeOf, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const SERVE = ['credential-process', '--profile', 'work']
const ARN = 'arn:aws:iam::123456789012:mfa/alice'

/** A batch file and its Node may take seconds to start. */
const SLOWLY = process.platform === 'win32' ? 4 : 1

const isIn = (box: Sandbox, pid: string): boolean =>
  isRunning(Number(readFileSync(`${box.home}/${pid}`, 'utf8')))
/** Waits until a script has written its file. */
async function fileWritten(box: Sandbox, name: string): Promise<void> {
  while (!existsSync(`${box.home}/${name}`)) await pause(20)
}

describe('a program that asks', () => {
  it('gets no secrets, and its answer is shown nowhere', async () => {
    const box = await sandbox()
    program(box, DIALOG)
    const code = box.code()
    answers(box, code)
    const { stdout, stderr } = await box.run([...SERVE, '--prompt', DIALOG], { env: X11 })
    expect(stdout + stderr).not.toContain(code)
    const words = runsOf(box, DIALOG).join()
    expect(words).not.toContain(box.key.secretAccessKey)
    expect(words).not.toContain(box.key.accessKeyId)
  })

  it('shows why a code was refused, three times in all', async () => {
    const box = await sandbox()
    program(box, DIALOG)
    answers(box, '000001', 'nonsense', '000002', '000003', '000004')
    const { code, stderr } = await box.run([...SERVE, '--prompt', DIALOG], { env: X11 })
    expect(stderr).toContain('The code was not accepted')
    expect(code).toBe(4)
    expect(box.calls()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied'])
    const questions = runsOf(box, DIALOG)
    expect(questions).toHaveLength(4)
    expect(questions[0]).not.toContain('\n')
    expect(questions[1]).toContain('<The code was not accepted: it is wrong')
    expect(questions[2]).toContain(
      '<A code has six digits. This has "n", "o", "s" and more in it.\nMFA code for work',
    )
    expect(questions[3]).toContain('<The code was not accepted')
  })

  it('asks again in the next time step if the code was used before, and that code is not sent', async () => {
    const box = await sandbox()
    program(box, DIALOG, {
      sh: `until [ -e "$HOME/go" ]; do sleep 0.05; done; ${ANSWER.sh}`,
      js: `while (!fs.existsSync(home + '/go'));\n${ANSWER.js}`,
    })
    box.freshStep(8000)
    const used = box.code(-1)
    await box.run(['--profile', 'work', '--token-code', used])
    answers(box, used, box.code(1))
    const startedStep = Math.floor(box.now() / 30_000)
    const run = box.run(['--profile', 'work', '--force', '--prompt', DIALOG], { env: X11 })
    await expect.poll(() => runsOf(box, DIALOG)).toHaveLength(1)
    box.nearEndOfStep()
    writeFileSync(`${box.home}/go`, '')
    expect((await run).code).toBe(0)
    expect(Math.floor(box.now() / 30_000)).toBe(startedStep + 1)
    expect(box.calls()).toEqual(['OK', 'OK'])
    expect(runsOf(box, DIALOG)[1]).toContain('<That code was already used.')
  })

  it('is given up after five answers that are no code', async () => {
    const box = await sandbox()
    program(box, DIALOG, { sh: 'echo', js: "console.log('none')" })
    const { code, stderr } = await box.run([...SERVE, '--prompt', DIALOG], { env: X11 })
    expect(stderr).toContain('cannot be used: it gave no six-digit code')
    expect(code).toBe(6)
    expect(runsOf(box, DIALOG)).toHaveLength(5)
  })

  it('is closed after its time limit', async () => {
    const box = await sandbox()
    program(box, DIALOG, ENDLESS)
    const env = { ...X11, MFA_LOGIN_PROMPT_TIMEOUT: String(2 * SLOWLY) }
    const startedAt = Date.now()
    const { code, stderr } = await box.run([...SERVE, '--prompt', DIALOG], { env })
    expect(Date.now() - startedAt).toBeLessThan((4 + 2 * SLOWLY) * 1000)
    expect(stderr).toBe(
      `mfa-login: Within ${2 * SLOWLY} s nobody gave an MFA code for profile work. ` +
        'Try: mfa-login --profile work in a terminal; MFA_LOGIN_PROMPT_TIMEOUT sets the time\n',
    )
    expect(code).toBe(130)
    expect(isIn(box, 'pid')).toBe(false)
  })

  it('has one time limit for all questions of credential-process, but one for each of a login', async () => {
    const slowly = {
      sh: `sleep 1.6; ${ANSWER.sh}`,
      js: `setTimeout(() => {\n${ANSWER.js}\n}, ${1600 * SLOWLY})`,
    }
    for (const [args, exit] of [
      [SERVE, 130],
      [['login', '--profile', 'work'], 0],
    ] as const) {
      const box = await sandbox()
      program(box, DIALOG, slowly)
      box.freshStep(8000)
      answers(box, '000001', box.code())
      const env = { ...X11, MFA_LOGIN_PROMPT: DIALOG, MFA_LOGIN_PROMPT_TIMEOUT: String(3 * SLOWLY) }
      expect((await box.run(args, { env })).code).toBe(exit)
    }
  })

  it.skipIf(notOnWindows('signals'))(
    'is closed on SIGTERM, and a waiting process asks then',
    async () => {
      const box = await sandbox()
      const waitsFirst = 'if mkdir "$HOME/first"; then echo $$ > "$HOME/pid"; exec sleep 60; fi'
      program(box, DIALOG, `${waitsFirst}; cat "$HOME/answers"`)
      answers(box, box.code())
      const env = { ...X11, MFA_LOGIN_PROMPT: DIALOG }
      const child = box.start(SERVE, { env })
      const outcome = outcomeOf(child)
      await fileWritten(box, 'pid')
      const waiting = box.run(SERVE, { env })
      await pause(1000)
      child.kill('SIGTERM')
      expect(await outcome).toEqual({ code: null, stdout: '', stderr: '' })
      expect((await waiting).code).toBe(0)
      await expect.poll(() => isIn(box, 'pid')).toBe(false)
    },
  )

  it.skipIf(notOnWindows('signals'))('is closed by Ctrl-C, which cancels', async () => {
    const box = await sandbox()
    program(box, DIALOG, 'trap "" INT; echo $$ > "$HOME/pid"; exec sleep 60')
    box.env.DISPLAY = ':99'
    const run = box.terminal(`exec ${process.execPath} ${PROGRAM} --prompt ${DIALOG} -p work`)
    await fileWritten(box, 'pid')
    run.type('\u0003')
    expect(await run.exit).toBe(130)
    expect(run.screen).toContain('Canceled')
    expect(isIn(box, 'pid')).toBe(false)
  })

  // A different code each time.
  const WRONG: Body = {
    sh: `sleep 1; printf '%06d\\n' "$(wc -l < "$HOME/${DIALOG}.log")"`,
    js: `const count = fs.readFileSync(home + '/${DIALOG}.log', 'utf8').split('>\\n').length - 1
setTimeout(() => console.log(String(count).padStart(6, '0')), 1000)`,
  }
  const CANCELED: Body = { sh: 'sleep 2; exit 1', js: 'setTimeout(() => console.log(), 2000)' }

  test.each<[string, string, Body, string, number?, number?]>([
    ['cancels', 'work', CANCELED, 'Canceled'],
    ['gives three wrong codes', 'work', WRONG, 'Try: wait for the next code', 4, 3],
    ['does not answer', 'work', ENDLESS, 'Try: mfa-login --profile work in a terminal'],
    ['does not answer', 'role', ENDLESS, 'Try: mfa-login --profile role in a terminal'],
  ])('asks once for many processes if the person %s, profile %s', async (...each) => {
    const [, profile, body, words, exit = 130, questions = 1] = each
    const box = await sandbox()
    const role = 'role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = work\n'
    box.write('config', `[profile work]\nmfa_serial = ${ARN}\n[profile role]\n${role}`)
    program(box, DIALOG, body)
    const serve = ['credential-process', '--profile', profile]
    const env = { ...X11, MFA_LOGIN_PROMPT: DIALOG, MFA_LOGIN_PROMPT_TIMEOUT: String(5 * SLOWLY) }
    const all = await Promise.all(Array.from({ length: 4 }, async () => box.run(serve, { env })))
    for (const { code, stderr } of all) {
      expect(stderr).toContain(words)
      expect(code).toBe(exit)
    }
    expect(runsOf(box, DIALOG)).toHaveLength(questions)
  })
})

describe('osascript and powershell, played by scripts', () => {
  it.skipIf(notOnWindows('POSIX shell'))('osascript gets the texts after the script', async () => {
    const box = await sandbox()
    program(box, 'osascript')
    answers(box, box.code())
    expect((await box.run([...SERVE, '--prompt', 'osascript'])).code).toBe(0)
    expect(runsOf(box, 'osascript')[0]).toMatch(
      /^<-e><on run argv><-e>.*<end run><MFA code for work \(arn:.*\)><mfa-login><5\d$/,
    )
  })

  it('powershell passes the text in a variable', async () => {
    const box = await sandbox()
    program(box, 'powershell', {
      sh: 'echo "$MFA_LOGIN_QUESTION" > "$HOME/question"; printf answer:; cat "$HOME/answers"',
      js: `fs.writeFileSync(home + '/question', process.env.MFA_LOGIN_QUESTION + '\\n')\n${ANSWER.js}`,
    })
    answers(box, box.code())
    expect((await box.run([...SERVE, '--prompt', 'powershell'])).code).toBe(0)
    expect(readFileSync(`${box.home}/question`, 'utf8')).toBe(`MFA code for work (${ARN})\n`)
    expect(runsOf(box, 'powershell')[0]).toContain('<-NoProfile>')
  })
})
