import { isOurProcess } from '../../profile/process-line.ts'
import { allProfiles, holdsLongTermKeys, profileValues } from '../../profile/values.ts'
import { areFilesComplete, isProfileMissing, type Facts } from '../facts.ts'
import type { DoctorFinding } from '../findings.ts'
import { type Messages } from './subject.ts'

export function checkProfile(facts: Facts): DoctorFinding[] {
  const { files, profile, missingPrograms } = facts
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  const isOurs = line !== undefined && isOurProcess(line)
  const hasBoth = line !== undefined && values.has('aws_access_key_id')
  return [
    ...(isProfileMissing(facts)
      ? [{ code: 'profile-missing' as const, known: allProfiles(files) }]
      : []),
    ...(hasBoth ? [{ code: 'static-keys-beside-process' as const, isOurs }] : []),
    ...missingPrograms.map((program) => ({ code: 'process-missing' as const, program })),
    ...findTakenTarget(facts),
    ...findMissingRegion(facts),
  ]
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
  if (env.AWS_REGION || env.AWS_DEFAULT_REGION || region) return []
  return [{ code: 'no-region', inherited: source?.setting('region') }]
}

export const PROFILE_MESSAGES = {
  'profile-missing': ({ known }, { profile }) => [
    `There is no profile ${profile} in either file; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}`,
    `aws configure --profile ${profile}`,
  ],
  'static-keys-beside-process': ({ isOurs }, { profile }) => [
    `The profile ${profile} has credential_process and aws_access_key_id, and the latter wins, without MFA`,
    isOurs
      ? `mfa-login setup --profile ${profile}`
      : `take either of them out of the profile ${profile} by hand`,
  ],
  'process-missing': ({ program }, { profile }) => [
    `The credential_process of profile ${profile} starts ${program}, which is not there`,
    `mfa-login setup --profile ${profile}`,
  ],
  'target-taken': ({ target, by }, { profile }) => [
    `The profile ${target}, to which a login would write, ${by === 'keys' ? 'holds long-term keys' : 'gets its credentials from another credential_process'}`,
    `mfa-login --profile ${profile} --to ANOTHER-NAME`,
  ],
  'no-region': ({ inherited }, { profile }) => [
    inherited === undefined
      ? `The profile ${profile} has no region and neither AWS_REGION nor AWS_DEFAULT_REGION is set, so SDKs fail`
      : `The profile ${profile} has no region of its own and neither AWS_REGION nor AWS_DEFAULT_REGION is set: mfa-login takes ${inherited} from the source profile, SDKs that read ${profile} fail`,
    `aws configure set region ${inherited ?? 'us-east-1'} --profile ${profile}`,
    'warning',
  ],
} satisfies Partial<Messages>
