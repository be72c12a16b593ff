import { classicPolicy, strictPolicy } from './documents.ts'

/** The policy of a style, by partition. */
export const STYLES = { strict: strictPolicy, classic: classicPolicy } as const

export const STYLE = {
  value: 'STYLE',
  about:
    'what works without MFA: only enrollment (strict), or as in the widely copied form (classic)',
  choices: ['strict', 'classic'],
  default: 'strict',
} as const satisfies { choices: readonly (keyof typeof STYLES)[]; [more: string]: unknown }
