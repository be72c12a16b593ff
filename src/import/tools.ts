import { isAcceptableProfileName } from '../profile/ini/ini-file.ts'
import { readAwsCli } from './aws-cli.ts'
import { readAwsMfa } from './aws-mfa.ts'
import { readAwsRunas } from './aws-runas.ts'
import { readAwsVault } from './aws-vault.ts'
import { readAwsume } from './awsume.ts'
import { allProfiles } from '../profile/values.ts'
import type { ImportFinding, ImportInput, ToolReader } from './finding.ts'
import { readGranted } from './granted.ts'
import { readVegas } from './vegas-credentials.ts'

/** By the names that `--from` accepts. */
const READERS: Readonly<Record<string, ToolReader>> = {
  'aws-mfa': readAwsMfa,
  'aws-vault': readAwsVault,
  awsume: readAwsume,
  'aws-cli': readAwsCli,
  'vegas-credentials': readVegas,
  granted: readGranted,
  'aws-runas': readAwsRunas,
}

export const TOOLS: readonly string[] = Object.keys(READERS)

export type ToolFinding = ImportFinding & { readonly tool: string }

/** What one tool left in the files, or every tool. */
export function findLeftovers(
  input: Omit<ImportInput, 'isToolNamed' | 'profiles'>,
  from: string | undefined,
): ToolFinding[] {
  const profiles = allProfiles(input.files)
  const readers = Object.entries(READERS).filter(([tool]) => from === undefined || tool === from)
  return readers.flatMap(([tool, read]) => {
    const findings = read({ ...input, profiles, isToolNamed: from !== undefined })
    return findings.map((finding) => ({ ...refuseUnreadableName(finding), tool }))
  })
}

/** Removes the plan where AWS tools would not read the profile's name. */
function refuseUnreadableName(finding: ImportFinding): ImportFinding {
  if (finding.plan === undefined || isAcceptableProfileName(finding.profile)) return finding
  return {
    profile: finding.profile,
    message: 'it stays, as its name has characters that AWS tools do not read',
    next: 'another name, of only letters, digits, single blanks and - _ . @ + : / %',
  }
}
