import { toCloudFormation } from './cloudformation.ts'
import type { WritePolicy } from './policy-to-write.ts'
import { toTerraform } from './terraform.ts'

/** The forms that `policy show` writes. */
export const WRITE_FORMATS = {
  json: ({ document }) => `${JSON.stringify(document, undefined, 2)}\n`,
  terraform: toTerraform,
  cloudformation: toCloudFormation,
} satisfies Record<string, WritePolicy>

export const WRITE_FORMAT_NAMES = ['json', 'terraform', 'cloudformation'] as const
