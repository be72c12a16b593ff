/** The two files, and the profile in them. */
import { encodingFailure } from '../../failure.ts'
import { BYTE_ORDER_MARK } from '../../profile/ini/ini-file.ts'
import { whyMissing, wrongHeader } from '../../profile/no-keys.ts'
import { needsQuotes } from '../../profile/line-program.ts'
import { GLOBAL_INSTALL, hasQuotedPath, isOurProcess } from '../../profile/process-line.ts'
import { SESSION_KEYS } from '../../profile/session-keys.ts'
import { allProfiles, holdsLongTermKeys, profileValues } from '../../profile/values.ts'
import { quotePosixIfNeeded } from '../../shell/quote.ts'
import { areFilesComplete, isProfileMissing, type Facts, type FileMode } from '../facts.ts'
import type { DoctorFinding } from '../findings.ts'
import { setSetting, type CheckResult, type Messages } from './subject.ts'

const KINDS = ['config', 'credentials'] as const
const SECRETS: ReadonlySet<string> = new Set(SESSION_KEYS)
/** Read or write for group or others. */
const OPEN_TO_OTHERS = 0o066

export function checkFiles({ unreadable, files, paths }: Facts): DoctorFinding[] {
  return [
    ...unreadable.map((problem) => ({ code: 'file-unreadable' as const, ...problem })),
    ...KINDS.flatMap((kind) =>
      files[kind].problems.map(({ line, message: problem }) => ({
        code: 'file-damaged' as const,
        path: paths[kind],
        line,
        problem,
        remedy: damageRemedy(files[kind].text, paths[kind], line),
      })),
    ),
  ]
}

function damageRemedy(text: string, path: string, line: number): string {
  const edit = `edit line ${line} of ${path}`
  const isMarked = line === 1 && text.startsWith(BYTE_ORDER_MARK)
  return isMarked ? (encodingFailure(path, new TextEncoder().encode(text)).hint ?? edit) : edit
}

export function checkFileModes({ modes, files, platform }: Facts): CheckResult {
  if (platform === 'win32') return { reason: 'Windows has no permission bits' }
  const isSecret = ({ kind }: FileMode): boolean => kind !== 'config' || holdsKeys(files.config)
  return modes
    .filter((file) => isSecret(file) && (file.mode & OPEN_TO_OTHERS) !== 0)
    .map(({ path, mode }) => ({ code: 'file-mode', path, mode }))
}

function holdsKeys({ sections }: Facts['files']['config']): boolean {
  return sections.some(({ entries }) => entries.some(({ key }) => SECRETS.has(key)))
}

export function checkProfile(facts: Facts): DoctorFinding[] {
  const { files, profile, env, missingPrograms } = facts
  const header = wrongHeader(files, profile)
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  const isOurs = line !== undefined && isOurProcess(line)
  const hasBoth = line !== undefined && values.has('aws_access_key_id')
  return [
    ...(header === undefined ? [] : [{ code: 'wrong-header' as const, ...header }]),
    ...(isProfileMissing(facts)
      ? [{ code: 'profile-missing' as const, ...whyMissing(files, env, profile) }]
      : []),
    ...(hasBoth ? [{ code: 'static-keys-beside-process' as const, isOurs }] : []),
    ...(isOurs ? findQuotedPath(facts, line) : []),
    ...missingPrograms.map((program) => ({ code: 'process-missing' as const, program })),
    ...findTakenTarget(facts),
    ...findMissingRegion(facts),
  ]
}

function findQuotedPath({ platform, program }: Facts, line: string): DoctorFinding[] {
  if (platform !== 'win32' || !hasQuotedPath(line)) return []
  const isAvoidable = !program.words.some((word) => needsQuotes(word, platform))
  return [{ code: 'process-quoted', isAvoidable }]
}

function findTakenTarget({ files, source }: Facts): DoctorFinding[] {
  if (source === undefined) return []
  const { target } = source
  if (holdsLongTermKeys(files, target)) return [{ code: 'target-taken', target, by: 'keys' }]
  const line = profileValues(files, target).get('credential_process')
  if (line === undefined || isOurProcess(line)) return []
  return [{ code: 'target-taken', target, by: 'process' }]
}

function findMissingRegion(facts: Facts): DoctorFinding[] {
  const { env, files, profile, source } = facts
  if (!areFilesComplete(facts) || isProfileMissing(facts)) return []
  const exists = allProfiles(files).includes(profile)
  // The first login copies the source's region into the profile it creates.
  const region = exists ? profileValues(files, profile).get('region') : source?.setting('region')
  if (env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? region) return []
  return [{ code: 'no-region', inherited: source?.setting('region') }]
}

export const PROFILE_MESSAGES = {
  'file-unreadable': ({ message, remedy }) => [message, remedy],
  'file-damaged': ({ path, line, problem, remedy }) => [
    `${path}:${line}: ${problem}, so AWS tools refuse the file`,
    remedy,
  ],
  'file-mode': ({ path, mode }) => [
    `${path} contains credentials and is open to other users (mode ${mode.toString(8).padStart(4, '0')})`,
    `chmod 600 ${quotePosixIfNeeded(path)}`,
    'warning',
  ],
  'wrong-header': ({ message, remedy }) => [message, remedy],
  'profile-missing': ({ message, remedy }) => [message, remedy],
  'static-keys-beside-process': ({ isOurs }, { profile }) => [
    `The profile ${profile} has credential_process and aws_access_key_id, and the latter wins, without MFA`,
    isOurs
      ? `mfa-login setup --profile ${profile}`
      : `remove one of them from the profile ${profile} by hand`,
  ],
  'process-missing': ({ program }, { profile }) => [
    `The credential_process of profile ${profile} starts ${program}, which does not exist`,
    `mfa-login setup --profile ${profile}`,
  ],
  'process-quoted': ({ isAvoidable }, { profile }) => [
    `The credential_process of profile ${profile} has quotation marks, so Go tools such as Terraform and rclone cannot run it`,
    `${isAvoidable ? '' : `${GLOBAL_INSTALL}, then: `}mfa-login setup --profile ${profile}`,
    'warning',
  ],
  'target-taken': ({ target, by }, { profile }) => [
    `The profile ${target}, to which a login would write, ${by === 'keys' ? 'holds long-term keys' : 'gets its credentials from another credential_process'}`,
    // A target of this name has keys in `[P-long-term]` too.
    by === 'keys' && target === profile
      ? `mfa-login setup --profile ${profile}`
      : `mfa-login --profile ${profile} --to ANOTHER-NAME`,
  ],
  'no-region': ({ inherited }, context) => [
    inherited === undefined
      ? `The profile ${context.profile} has no region and neither AWS_REGION nor AWS_DEFAULT_REGION is set, so SDKs fail`
      : `The profile ${context.profile} has no region itself, and neither AWS_REGION nor AWS_DEFAULT_REGION is set: mfa-login uses ${inherited} of the source profile, but SDKs that read ${context.profile} fail`,
    setSetting('region', 'AWS_REGION', inherited ?? 'us-east-1', context),
    'warning',
  ],
} satisfies Partial<Messages>
