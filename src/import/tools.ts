import { isAcceptableProfileName } from '../profile/ini/ini-file.ts'
import type { SetupPlan } from '../profile/setup/setup-plan.ts'
import { readAwsCli } from './aws-cli.ts'
import { readAwsMfa } from './aws-mfa.ts'
import { readAwsRunas } from './aws-runas.ts'
import { readAwsVault } from './aws-vault.ts'
import { readAwsume } from './awsume.ts'
import type { ImportFinding, Reader, Scene } from './finding.ts'
import { readGranted } from './granted.ts'
import { readVegas } from './vegas-credentials.ts'

/** By the names `--from` takes. */
const READERS: Readonly<Record<string, Reader>> = {
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

/** What one tool left, or each of them. */
export function findingsOf(scene: Omit<Scene, 'isAsked'>, from: string | undefined): ToolFinding[] {
  const readers = Object.entries(READERS).filter(([tool]) => from === undefined || tool === from)
  return readers.flatMap(([tool, read]) =>
    read({ ...scene, isAsked: from !== undefined }).map((finding) => ({
      ...writable(finding),
      tool,
    })),
  )
}

/** Without the plan where AWS SDKs would not read the profile back. */
function writable(finding: ImportFinding): ImportFinding {
  if (finding.plan === undefined || isAcceptableProfileName(finding.profile)) return finding
  return {
    profile: finding.profile,
    message: 'it stays, as its name has characters that AWS SDKs do not read',
    next: 'another name, of letters, digits and - _ . @ + : / only',
  }
}

/** All plans of the findings as one. */
export function joined(findings: readonly ImportFinding[]): SetupPlan {
  const plans = findings.flatMap(({ plan }) => (plan === undefined ? [] : [plan]))
  return {
    credentials: plans.flatMap(({ credentials }) => credentials),
    config: plans.flatMap(({ config }) => config),
    summary: plans.flatMap(({ summary: words }) => words),
  }
}
