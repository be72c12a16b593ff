/** The command blocks of README and docs: each is run, and what it prints is what the docs show. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { noneOnWindows } from '../support/not-on-windows.ts'
import {
  createGroup,
  createUser,
  createVirtualDevice,
  type User,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { program } from '../support/asking.ts'
import {
  administrator,
  loggedIn,
  newcomer,
  newDay,
  normalized,
  perform,
  SERIAL,
  withPrograms,
  type Situation,
} from '../support/person.ts'
import { FORMS } from '../support/policy-forms.ts'
import { accountWithRoles, boxWithRoles } from '../support/roles.ts'
import type { Sandbox } from '../support/sandbox.ts'
import { hasOtherReader as hasKeyring, startKeyring } from '../support/keyring.ts'

noneOnWindows('POSIX shell')

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Skips what needs a keyring where there is none. */
const itWhere = (command: string) => it.skipIf(!hasKeyring && command.includes('keys store'))

interface Block {
  readonly place: string
  readonly language: string
  readonly lines: readonly string[]
}

function blocksOf(file: string): Block[] {
  const blocks: Block[] = []
  let open: { place: string; language: string; lines: string[] } | undefined
  for (const [index, line] of readFileSync(ROOT + file, 'utf8')
    .split('\n')
    .entries()) {
    if (!line.startsWith('```')) open?.lines.push(line)
    else if (open !== undefined) open = undefined
    else blocks.push((open = { place: `${file}:${index + 1}`, language: line.slice(3), lines: [] }))
  }
  return blocks
}

const FILES = [
  'README.md',
  'README.ko.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const BLOCKS = FILES.flatMap(blocksOf)

interface Scene extends Situation {
  /** What holds before the commands. */
  readonly before: () => Promise<Sandbox>
  /** The command, where the docs show only what it asks. */
  readonly command?: string
}

// What is shown

const SCENES: Readonly<Record<string, Scene>> = {
  'mfa-login --profile work': { before: newDay },
  'mfa-login credential-process --profile work --debug >/dev/null': { before: loggedIn },
  'mfa-login device enroll --profile work': { before: newcomer },
  '? The device alice exists but is unused; an enrollment was not finished. What now? › (arrow keys, Enter)':
    {
      before: async () => {
        const box = await newcomer()
        box.aws.account.unassignedDevices.push(createVirtualDevice(SERIAL))
        return box
      },
      command: 'mfa-login device enroll --profile work',
      endsAtQuestion: true,
    },
  'mfa-login doctor --profile work': {
    before: async () => {
      const box = await newDay()
      await perform(box, 'mfa-login setup --profile work')
      await perform(box, 'mfa-login credential-process --profile work')
      box.aws.faults.clockOffsetMs = 20 * 60_000
      return box
    },
  },
  'mfa-login policy apply --group developers --profile admin': {
    before: administrator,
    endsAtQuestion: true,
  },
  'mfa-login policy verify --profile work': { before: loggedIn },
  'mfa-login policy show --style classic | mfa-login policy check -': { before: newDay },
  'mfa-login keys store --profile work': {
    before: async () => {
      const box = await newDay()
      await startKeyring(box)
      return box
    },
  },
  'mfa-login keys rotate --profile work': { before: newDay },
}

/** A line of the docs with `…` alone stands for any lines. */
function expectShown(shown: readonly string[], actual: readonly string[]): void {
  const trimmed = (text: string): string => text.replace(/^\n+|\s+$/g, '')
  const parts = shown.join('\n').split(/^ *…$/m)
  const [first = '', ...rest] = parts.map(trimmed)
  const text = trimmed(actual.join('\n'))
  if (rest.length === 0) {
    expect(text).toBe(first)
    return
  }
  let from = 0
  for (const part of [first, ...rest]) {
    const at = text.indexOf(part, from)
    expect(at, `${part}\n---- is not in\n${text}`).toBeGreaterThanOrEqual(0)
    from = at + part.length
  }
}

/** The commands of a block with what the docs show of each. */
function commandsIn(lines: readonly string[]) {
  const commands: { command: string | undefined; output: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] })
    else if (commands.length === 0) commands.push({ command: undefined, output: [line] })
    else commands.at(-1)!.output.push(line)
  }
  return commands
}

describe('what the docs show is what the program prints', () => {
  for (const { place, lines } of BLOCKS.filter(({ language }) => language === 'console')) {
    const key = lines[0]!.replace(/^\$ /, '')
    itWhere(key)(place, async () => {
      const scene = SCENES[key]
      expect(scene, `no scene for ${key}`).toBeDefined()
      const box = await scene!.before()
      for (const { command, output } of commandsIn(lines)) {
        const { screen } = await perform(box, command ?? scene?.command ?? '', scene)
        expectShown(normalized(output, box.home), normalized(screen, box.home))
      }
    })
  }
})

// What is only named

/** Lines with mfa-login that cannot run here, and why. Other lines of the docs are not run. */
const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^aws-vault/, 'aws-vault is not installed'],
  [/powershell/, 'PowerShell is not installed'],
]

/** The command lines that run mfa-login, without comments. */
function shellLines({ lines }: Block): string[] {
  const whole = lines.join('\n').replace(/([|\\])\n */g, '$1 ')
  return whole
    .split('\n')
    .map((line) => line.replace(/ +# .*/, ''))
    .filter((line) => line.includes('mfa-login'))
}

/** The line as bash runs it: in fish where it is one of fish; an alias is used. */
function inBash(line: string): string {
  if (line.includes('fish')) return `fish -c '${line}'`
  const [, alias] = /^alias (\w+)=/.exec(line) ?? []
  return alias === undefined ? line : `shopt -s expand_aliases\n${line}\n${alias}`
}

/** What the docs tell to do before a command. */
const BEFORE: readonly (readonly [RegExp, string])[] = [
  [/--undo|doctor/, 'mfa-login setup --profile work'],
  [/doctor/, 'mfa-login credential-process --profile work'],
  [/policy check/, 'mfa-login policy show > mfa_mandatory.json'],
  [/--live/, 'mfa-login policy apply --group developers -p admin'],
]

/** The files that the docs name, and what the programs print from which policies are read. */
function keepPoliciesAsCode(box: Sandbox): void {
  const write = (file: string, form: string): string => {
    writeFileSync(`${box.home}/${file}`, FORMS[form]!(strictPolicy()))
    return `cat '${box.home}/${file}'`
  }
  write('template.yml', 'CloudFormation, YAML with short tags')
  write('main.tf.json', 'Terraform JSON, a data source')
  program(box, 'terraform', `[ "$1" = plan ] || ${write('plan.json', 'a plan')}`)
  program(box, 'aws', write('details.json', 'get-account-authorization-details'))
}

/** So that an audit finds nothing to do. */
function protectedRoot(): User {
  const devices = [createVirtualDevice('arn:aws:iam::123456789012:mfa/root-account-mfa-device')]
  return createUser('root', { isRoot: true, keys: [], devices })
}

async function dailyLife(line: string): Promise<Sandbox> {
  if (line.includes('device enroll')) return newcomer()
  const account = accountWithRoles()
  account.groups.push(createGroup('developers', { members: ['alice'] }))
  account.users[0]!.policies = [
    { name: 'mfa_mandatory', document: strictPolicy() },
    { name: 'everything', document: allowAllPolicy() },
  ]
  if (line.includes('audit')) account.users.push(protectedRoot())
  const box = withPrograms(await boxWithRoles(account))
  box.freshStep(15_000)
  if (line.includes('--stdin')) box.write('credentials', '')
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = box.key
  program(box, 'aws', `echo '${JSON.stringify({ AccessKey: { AccessKeyId, SecretAccessKey } })}'`)
  if (line.includes('policy check')) keepPoliciesAsCode(box)
  if (line.includes('keys store')) await startKeyring(box)
  if (line.includes('zenity')) box.env.DISPLAY = ':99'
  for (const [pattern, command] of BEFORE) if (pattern.test(line)) await perform(box, command)
  return box
}

describe('each command that the docs name works', () => {
  const all = BLOCKS.filter(({ language }) => language === 'sh').flatMap(shellLines)
  for (const line of new Set(all)) {
    const [, reason] = EXCEPTIONS.find(([pattern]) => pattern.test(line)) ?? []
    if (reason !== undefined) {
      it.skip(`${line} (${reason})`)
      continue
    }
    itWhere(line)(line, async () => {
      const box = await dailyLife(line)
      const { code, screen } = await perform(box, inBash(line))
      expect(code, screen.join('\n')).toBe(0)
    })
  }
})
