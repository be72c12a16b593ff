import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { runBeside } from '../demo/run-beside.ts'
import { Failure, usageFailure } from '../failure.ts'
import {
  describeForPeople,
  describeForPrograms,
  protectedAccount,
  readAccount,
  startLocalAws,
  type Account,
  type LocalAws,
} from '../local-aws/index.ts'
import { quoteWord } from '../sanitize.ts'
import { SESSION_VARIABLES } from '../credential-variables.ts'
import { OTHER_CREDENTIAL_VARIABLES } from '../session/model/variables.ts'
import { setVariable, unsetVariables } from '../shell/syntax.ts'

export default command({
  about:
    'Runs a small AWS on this machine, for tests and for trying things out: STS and IAM that check signatures, codes ' +
    'and policies, with made-up keys. Ctrl-C stops it, and nothing is kept. With COMMAND, it runs as long as that.',
  options: {
    port: {
      value: 'NUMBER',
      about: 'the port on 127.0.0.1',
      default: 0,
      defaultText: 'a free one',
      parse: parsePort,
    },
    account: {
      value: 'FILE',
      type: 'file',
      about: 'users, keys, devices, groups, roles and policies, as YAML or JSON',
      defaultText: 'alice, who needs MFA for everything, and admin',
    },
    json: { about: 'print endpoint, users, keys and devices as one line of JSON' },
  },
  rest: {
    value: 'COMMAND…',
    about: 'runs with the endpoint and the key of the first user in its environment',
  },
  examples: [
    ['mfa-login local-aws', 'until Ctrl-C; says how to use it'],
    ['mfa-login local-aws -- pytest', 'for one command'],
    ['mfa-login local-aws --account team.yaml', 'with users, keys and policies of your own'],
    ['mfa-login local-aws --port 4567 --json', 'for a test that starts it'],
  ],
  run: async ({ port, account: file, json, rest, isSeparated }, context) => {
    if (isSeparated && rest.length === 0) throw usageFailure('There is no command.', USAGE)
    if (json && rest.length > 0) {
      throw usageFailure('With a command, stdout is that of the command, not of --json.', USAGE)
    }
    const aws = await startLocalAws({
      account: file === undefined ? protectedAccount() : await readFile(context, file),
      port,
      onRequest: ({ service, action, outcome }) =>
        context.debug.log(`${service} ${action}: ${outcome}`),
    })
    if (rest.length > 0) return runBeside(context, aws, rest)
    if (json) context.print(`${JSON.stringify(describeForPrograms(aws))}\n`)
    else for (const line of linesFor(context, aws)) context.info(line)
    // A signal ends the process, and with it the server, which has nothing to save.
    return new Promise<never>(() => undefined)
  },
})

const USAGE = 'mfa-login local-aws -- COMMAND'

async function readFile({ files }: Context, file: string): Promise<Account> {
  const text = await files.readDocument(file)
  if (text !== undefined) return readAccount(text, file)
  throw new Failure('files', `There is no file ${file}.`, 'without --account for alice and admin')
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity
  if (port < 65_536) return port
  throw usageFailure(`There is no port ${quoteWord(text)}.`, '--port 4567, or 0 for a free one')
}

/** Besides credentials: the settings of a person that would lead their tools elsewhere. */
const ELSEWHERE = /^AWS_(ENDPOINT_URL_\w+|IGNORE_CONFIGURED_\w+|USE_\w+_ENDPOINT)$/

function linesFor(context: Context, aws: LocalAws): string[] {
  return describeForPeople(aws, (variables) => {
    const credentials: readonly string[] = [...SESSION_VARIABLES, ...OTHER_CREDENTIAL_VARIABLES]
    const others = Object.keys(context.inherited).filter(
      (name) => !(name in variables) && (credentials.includes(name) || ELSEWHERE.test(name)),
    )
    return [
      ...(others.length === 0 ? [] : [unsetVariables(context, others)]),
      ...Object.entries(variables).map(([name, value]) => setVariable(context, name, value)),
    ]
  })
}
