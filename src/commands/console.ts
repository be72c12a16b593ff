import { randomBytes } from 'node:crypto'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { JSON_OUTPUT, PROFILE } from '../options.ts'
import { printJson } from '../print-json.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { callSettings } from '../aws/call-settings.ts'
import { consoleHosts } from '../aws/console-hosts.ts'
import { consolePage, loginUrl } from '../aws/sign-in.ts'
import { withExplanation } from '../aws/errors/explain.ts'
import { checkEndpoints, connect } from '../session/acquire/connect.ts'
import { formatLocalTime } from '../session/model/local-time.ts'
import { getSession } from '../session/acquire/get-session.ts'

/** The console session ends with the role's, so one that ends soon is replaced first. */
const MIN_TTL_MS = 45 * 60_000
const BROWSER_TIMEOUT_MS = 60_000
/** After this the command says what it waits for; most browsers are faster. */
const SILENCE_MS = 3000
const REDIRECTED = Symbol('the browser was redirected')

export default command({
  about: 'Opens the AWS console in the browser as the role of a profile.',
  options: {
    profile: { ...PROFILE, about: 'the profile, which must have a role' },
    service: {
      value: 'NAME',
      about: 'the page of this service, such as s3 or ec2',
      parse: checkServiceName,
    },
    print: { about: 'print the address, which signs in for 15 minutes, instead of opening it' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login console --profile admin', 'a profile with role_arn'],
    ['mfa-login console -p admin --service s3', 'the page of S3'],
    ['mfa-login console -p admin --print', 'for another browser'],
  ],
  run: async ({ profile, service, print, json }, context) => {
    const paths = pathsOf(context)
    const source = await readSource(context, paths, { profile })
    const role = source.roles.at(-1)
    if (role === undefined) throw onlyForRoles(source)
    const retryCommand = `mfa-login console --profile ${source.profile}${service === undefined ? '' : ` --service ${service}`}`
    const printCommand = `${retryCommand} --print`
    if (!print) refuseWithoutScreen(context, printCommand)
    const region = regionOf(context, source)
    // Before a code is asked for.
    const hosts = consoleHosts(region)
    await checkEndpoints(context, source, source.serialNumber, ['signin'])
    const { session } = await getSession(context, paths, source, { minTtl: MIN_TTL_MS })
    const aws = await connect(context, source, session.serialNumber, session)
    const errorContext = { ...source, retryCommand: print ? printCommand : retryCommand }
    const token = await withExplanation(errorContext, async () => aws.getSigninToken(hosts.signIn))
    const url = loginUrl(token, consolePage(hosts.console, region, service))
    if (!print) await openOnce(context, url, printCommand)
    else if (!json) context.print(`${url}\n`)
    const { expiration } = session
    if (json) printJson(context, { role: role.arn, expiration, url: print ? url : null })
    context.info(
      `The console has the role ${role.arn} until ${formatLocalTime(session.expiration)}.`,
    )
    return 'ok'
  },
})

function checkServiceName(service: string): string {
  if (/^[a-z0-9-]+$/.test(service)) return service
  throw usageFailure(`${JSON.stringify(service)} is not the name of a service.`, '--service s3')
}

function regionOf({ env, region }: Context, source: CredentialSource): string {
  const serial = source.serialNumber ?? source.roles.at(-1)?.arn
  return callSettings(env, source, serial, region).region
}

/** Only for sessions of AssumeRole or GetFederationToken (IAM User Guide, as for getSigninToken). */
function onlyForRoles({ profile }: CredentialSource): Failure {
  return new Failure(
    'usage',
    `The profile ${profile} has no role, and AWS opens a console with MFA only for sessions of roles.`,
    'sign in with password and MFA at https://console.aws.amazon.com, or name a profile with role_arn',
  )
}

function refuseWithoutScreen({ env, platform }: Context, printCommand: string): void {
  const variables = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER', 'WSL_DISTRO_NAME']
  if (platform !== 'linux' || variables.some((name) => env[name])) return
  throw usageFailure('There is no display for a browser.', printCommand)
}

/**
 * Opens an address that signs in anyone who has it. Other users can see the arguments of a program, so the browser
 * is sent to a path on this machine first, which redirects the first request to the address.
 */
async function openOnce(context: Context, url: string, printCommand: string): Promise<void> {
  const secretPath = `/${randomBytes(24).toString('base64url')}`
  const done = new AbortController()
  let isUsed = false
  const failed = (why: string): void => {
    if (!isUsed) done.abort(`No browser could be opened: ${why}.`)
  }
  const server = await context.listen(({ method, path }) => {
    if (method !== 'GET' || path !== secretPath || isUsed)
      return Promise.resolve({ status: 404, body: {} })
    isUsed = true
    const sent = (): void => done.abort(REDIRECTED)
    return Promise.resolve({ status: 303, headers: { Location: url }, body: {}, sent })
  })
  try {
    await context.openBrowser(`http://127.0.0.1:${server.port}${secretPath}`, failed)
    await context.sleep(SILENCE_MS, done.signal)
    if (!done.signal.aborted) {
      context.info(
        `Waiting up to ${BROWSER_TIMEOUT_MS / 1000} s for the browser to open the address. Without a browser here: ${printCommand}`,
      )
      await context.sleep(BROWSER_TIMEOUT_MS, done.signal)
    }
    const reason: unknown = done.signal.reason
    if (reason === REDIRECTED) return
    const problem = typeof reason === 'string' ? reason : 'The browser did not open the address.'
    throw usageFailure(problem, printCommand)
  } finally {
    server.close()
  }
}
