import { classicPolicy, strictPolicy } from './documents.ts'

/** The policy of a style, by partition. */
export const STYLES = { strict: strictPolicy, classic: classicPolicy } as const

export const STYLE = {
  value: 'STYLE',
  about:
    'what works without MFA (strict: only enrolling a device; classic: as most accounts have it)',
  choices: ['strict', 'classic'],
  default: 'strict',
} as const satisfies { choices: readonly (keyof typeof STYLES)[]; [more: string]: unknown }
