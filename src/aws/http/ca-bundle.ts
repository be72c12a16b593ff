import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { Failure } from '../../failure.ts'
import type { Sourced } from '../api.ts'

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

/** The PEM text of a bundle of certificate authorities. Throws a Failure if it holds none that can be read. */
export function readBundle({ value: path, from }: Sourced): string {
  const text = attempt(
    () => readText(inHome(path)),
    `The certificate bundle ${path} cannot be read.`,
    from,
  )
  const certificates = text.match(CERTIFICATE) ?? []
  if (certificates.length === 0)
    throw bundleFailure(`The certificate bundle ${path} contains no certificate in PEM form.`, from)
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  for (const [index, pem] of certificates.entries()) {
    attempt(
      () => new X509Certificate(pem),
      `Certificate ${index + 1} of the bundle ${path} is damaged.`,
      from,
    )
  }
  return text
}

/** A pipe that nobody writes to is empty, instead of waited for. */
function readText(path: string): string {
  // Windows lacks the second, and `|` takes undefined for 0.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Shells do not expand `~/` in a setting; on Windows, `~\` means the same. */
function inHome(path: string): string {
  const home = process.platform === 'win32' ? /^~(?=[/\\])/ : /^~(?=\/)/
  return path.replace(home, () => process.getBuiltinModule('node:os').homedir())
}

function attempt<T>(read: () => T, problem: string, from: string): T {
  try {
    return read()
  } catch (cause) {
    throw bundleFailure(problem, from, cause)
  }
}

function bundleFailure(message: string, from: string, cause?: unknown): Failure {
  return new Failure('files', message, `check ${from}`, { cause })
}
