import { randomBytes } from 'node:crypto'
import { command, PROFILE } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { callSettings } from '../aws/call-settings.ts'
import { consolePage, loginUrl } from '../aws/console-url.ts'
import { withExplanation } from '../aws/errors/explain.ts'
import { connect } from '../session/acquire/connect.ts'
import { getSession } from '../session/acquire/role-session.ts'

/** The console session ends with the role's, so one with little time left is of little use. */
const MIN_TTL_MS = 45 * 60_000
const PATIENCE_MS = 60_000
/** Most browsers have come by then; from then on it is said what is waited for. */
const SILENCE_MS = 3000
const CAME = Symbol('the browser came')

export default command({
  about: 'Opens the AWS console in the browser as the role of a profile.',
  options: {
    profile: PROFILE,
    service: { value: 'NAME', about: 'the page of this service, such as s3 or ec2' },
    print: { about: 'print the address, which signs in for 15 minutes, instead of opening it' },
  },
  examples: [
    ['mfa-login console --profile admin', 'a profile with role_arn'],
    ['mfa-login console -p admin --service s3', 'its buckets'],
    ['mfa-login console -p admin --print', 'for another browser'],
  ],
  parse: ({ profile, service, print = false }) => {
    if (service !== undefined && !/^[a-z0-9-]+$/.test(service)) {
      throw usageFailure(`${JSON.stringify(service)} is no service’s name.`, '--service s3')
    }
    return { profile, service, print }
  },
  run: async ({ profile, service, print }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    const role = source.roles.at(-1)
    if (role === undefined) throw onlyForRoles(source)
    const here = `mfa-login console --profile ${source.profile}${service === undefined ? '' : ` --service ${service}`}`
    if (!print) refuseWithoutScreen(context, `${here} --print`)
    const { session } = await getSession(context, paths, source, { minTtl: MIN_TTL_MS })
    const aws = await connect(context, source, session.serialNumber, session)
    const again = print ? `${here} --print` : here
    const token = await withExplanation({ ...source, retryCommand: again }, async () =>
      aws.getSigninToken(),
    )
    const setting = (key: string): string | undefined => source.setting(key)
    // As exec and env have it: the variable may be what an earlier `env` of another profile left.
    const { region } = callSettings(context.env, setting, session.serialNumber)
    const url = loginUrl(
      token,
      consolePage(token.consoleHost, setting('region') ?? region, service),
    )
    if (print) context.print(`${url}\n`)
    else await openOnce(context, url, `${here} --print`)
    context.info(`The console is ${role.arn} until ${session.expiration}.`)
    return 'ok'
  },
})

/** IAM User Guide, as for getSigninToken: sessions of AssumeRole or GetFederationToken only. */
function onlyForRoles({ profile }: CredentialSource): Failure {
  return new Failure(
    'usage',
    `The profile ${profile} is a user’s: AWS gives a console only to sessions of roles, and a federated user’s would be without MFA.`,
    'sign in with password and MFA at https://console.aws.amazon.com, or name a profile with role_arn',
  )
}

function refuseWithoutScreen({ env, platform }: Context, without: string): void {
  const variables = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER', 'WSL_DISTRO_NAME']
  if (platform !== 'linux' || variables.some((name) => env[name])) return
  throw usageFailure('There is no screen to open a browser on.', without)
}

/**
 * The address signs in whoever has it, and what a program is started with can be seen by others. So
 * the browser is sent to this machine first, under a name that works once: who comes first.
 */
async function openOnce(context: Context, url: string, without: string): Promise<void> {
  const name = `/${randomBytes(24).toString('base64url')}`
  const over = new AbortController()
  let isUsed = false
  const failed = (why: string): void => {
    if (!isUsed) over.abort(`No browser could be opened: ${why}.`)
  }
  const server = await context.listen(({ method, path }) => {
    if (method !== 'GET' || path !== name || isUsed)
      return Promise.resolve({ status: 404, body: {} })
    isUsed = true
    const sent = (): void => over.abort(CAME)
    return Promise.resolve({ status: 303, headers: { Location: url }, body: {}, sent })
  })
  try {
    await context.openBrowser(`http://127.0.0.1:${server.port}${name}`, failed)
    await context.sleep(SILENCE_MS, over.signal)
    if (!over.signal.aborted) {
      context.info(
        `Waiting for the browser to come for the address, for ${PATIENCE_MS / 1000} s. Without a browser here: ${without}`,
      )
      await context.sleep(PATIENCE_MS, over.signal)
    }
    const reason: unknown = over.signal.reason
    if (reason === CAME) return
    const problem =
      typeof reason === 'string' ? reason : 'The browser did not come for the address.'
    throw usageFailure(problem, without)
  } finally {
    server.close()
  }
}
