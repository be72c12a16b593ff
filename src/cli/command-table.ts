import type { CommandTable } from '../command.ts'

/** Every command: `mfa-login X Y` is src/commands/X/Y.ts. */
export const COMMANDS: CommandTable = {
  login: {
    summary: 'get an MFA session and write it to a profile (the default command)',
    load: async () => import('../commands/login.ts'),
  },
  'credential-process': {
    summary: 'print the session for the AWS CLI and SDKs',
    load: async () => import('../commands/credential-process.ts'),
  },
  setup: {
    summary: 'connect a profile, so that AWS tools ask mfa-login for credentials',
    load: async () => import('../commands/setup.ts'),
  },
  import: {
    summary: 'adopt the profiles of aws-mfa, aws-vault, awsume and others',
    load: async () => import('../commands/import.ts'),
  },
  exec: {
    summary: 'run a command with the session in its environment',
    load: async () => import('../commands/exec.ts'),
  },
  env: {
    summary: 'print the session as variables for a shell or a file',
    load: async () => import('../commands/env.ts'),
  },
  use: {
    summary: 'use a profile in this shell (needs shell-init)',
    load: async () => import('../commands/use.ts'),
  },
  'shell-init': {
    summary: 'print the function and completions for a shell',
    load: async () => import('../commands/shell-init.ts'),
  },
  prompt: {
    summary: 'print the profile and the time left, for the prompt of a shell',
    load: async () => import('../commands/prompt.ts'),
  },
  console: {
    summary: 'open the AWS console in the browser as a role',
    load: async () => import('../commands/console.ts'),
  },
  status: {
    summary: 'show the sessions and the time left',
    load: async () => import('../commands/status.ts'),
  },
  logout: {
    summary: 'remove sessions from this machine',
    load: async () => import('../commands/logout.ts'),
  },
  'device list': {
    summary: 'list the MFA devices of your user',
    load: async () => import('../commands/device/list.ts'),
  },
  'device enroll': {
    summary: 'enroll an authenticator app as an MFA device',
    load: async () => import('../commands/device/enroll.ts'),
  },
  'device resync': {
    summary: 'resynchronize an MFA device with AWS',
    load: async () => import('../commands/device/resync.ts'),
  },
  'device remove': {
    summary: 'remove an MFA device of your user',
    load: async () => import('../commands/device/remove.ts'),
  },
  'keys store': {
    summary: 'move long-term keys to the keyring of the operating system',
    load: async () => import('../commands/keys/store.ts'),
  },
  'keys list': {
    summary: 'list the long-term keys and where they are stored',
    load: async () => import('../commands/keys/list.ts'),
  },
  'keys remove': {
    summary: 'remove the long-term keys of a profile',
    load: async () => import('../commands/keys/remove.ts'),
  },
  'keys rotate': {
    summary: 'replace the access key of a profile, with MFA',
    load: async () => import('../commands/keys/rotate.ts'),
  },
  'policy show': {
    summary: 'print a policy that makes MFA mandatory',
    load: async () => import('../commands/policy/show.ts'),
  },
  'policy check': {
    summary: 'find holes and lockouts in such a policy',
    load: async () => import('../commands/policy/check.ts'),
  },
  'policy apply': {
    summary: 'create or update the policy and attach it to a group or user',
    load: async () => import('../commands/policy/apply.ts'),
  },
  'policy verify': {
    summary: 'prove as a user that the policy requires MFA',
    load: async () => import('../commands/policy/verify.ts'),
  },
  doctor: {
    summary: 'explain why AWS access is denied and how to fix it',
    load: async () => import('../commands/doctor.ts'),
  },
  demo: {
    summary: 'try everything against an embedded local AWS; no account needed',
    load: async () => import('../commands/demo.ts'),
  },
}
