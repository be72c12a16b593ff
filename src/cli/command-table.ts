import type { CommandTable } from '../command.ts'

/** Every command: `mfa-login X Y` is src/commands/X/Y.ts. */
export const COMMANDS: CommandTable = {
  login: {
    summary: 'get an MFA session and write it to a profile (the default command)',
    topic: 'sessions',
    load: async () => import('../commands/login.ts'),
  },
  'credential-process': {
    summary: 'print the session for the AWS CLI and SDKs',
    topic: 'setup',
    load: async () => import('../commands/credential-process.ts'),
  },
  setup: {
    summary: 'set up a profile so that AWS tools ask mfa-login for credentials',
    topic: 'setup',
    load: async () => import('../commands/setup.ts'),
  },
  import: {
    summary: 'adopt the profiles of aws-mfa, aws-vault, awsume and others',
    topic: 'setup',
    load: async () => import('../commands/import.ts'),
  },
  exec: {
    summary: 'run a command with the session in its environment',
    topic: 'sessions',
    load: async () => import('../commands/exec.ts'),
  },
  env: {
    summary: 'print the session as variables for a shell or a file',
    topic: 'sessions',
    load: async () => import('../commands/env.ts'),
  },
  use: {
    summary: 'use a profile in this shell (needs shell-init)',
    topic: 'sessions',
    load: async () => import('../commands/use.ts'),
  },
  'shell-init': {
    summary: 'print the function and completions for a shell',
    topic: 'setup',
    load: async () => import('../commands/shell-init.ts'),
  },
  prompt: {
    summary: 'print the profile and the time left, for the prompt of a shell',
    topic: 'setup',
    load: async () => import('../commands/prompt.ts'),
  },
  console: {
    summary: 'open the AWS console in the browser as a role',
    topic: 'sessions',
    load: async () => import('../commands/console.ts'),
  },
  status: {
    summary: 'show the sessions and the time left',
    topic: 'sessions',
    aliases: ['ls'],
    load: async () => import('../commands/status.ts'),
  },
  logout: {
    summary: 'remove sessions from this machine',
    topic: 'sessions',
    load: async () => import('../commands/logout.ts'),
  },
  'device list': {
    summary: 'list the MFA devices of your user',
    topic: 'devices',
    aliases: ['device ls'],
    load: async () => import('../commands/device/list.ts'),
  },
  'device enroll': {
    summary: 'enroll an authenticator app as an MFA device',
    topic: 'devices',
    aliases: ['device enrol'],
    load: async () => import('../commands/device/enroll.ts'),
  },
  'device resync': {
    summary: 'resynchronize an MFA device with AWS',
    topic: 'devices',
    load: async () => import('../commands/device/resync.ts'),
  },
  'device remove': {
    summary: 'remove an MFA device of your user',
    topic: 'devices',
    load: async () => import('../commands/device/remove.ts'),
  },
  'keys store': {
    summary: 'move long-term keys to the keyring of the operating system',
    topic: 'keys',
    load: async () => import('../commands/keys/store.ts'),
  },
  'keys list': {
    summary: 'list the long-term keys and where they are stored',
    topic: 'keys',
    aliases: ['keys ls'],
    load: async () => import('../commands/keys/list.ts'),
  },
  'keys remove': {
    summary: 'remove the long-term keys of a profile',
    topic: 'keys',
    load: async () => import('../commands/keys/remove.ts'),
  },
  'keys rotate': {
    summary: 'replace the access key of a profile, with MFA',
    topic: 'keys',
    load: async () => import('../commands/keys/rotate.ts'),
  },
  'policy show': {
    summary: 'print a policy that makes MFA mandatory',
    topic: 'policies',
    load: async () => import('../commands/policy/show.ts'),
  },
  'policy check': {
    summary: 'find holes and lockouts in such a policy',
    topic: 'policies',
    load: async () => import('../commands/policy/check.ts'),
  },
  'policy apply': {
    summary: 'create or update the policy and attach it to a group or user',
    topic: 'policies',
    load: async () => import('../commands/policy/apply.ts'),
  },
  'policy verify': {
    summary: 'prove as a user that the policy requires MFA',
    topic: 'policies',
    load: async () => import('../commands/policy/verify.ts'),
  },
  'policy remove': {
    summary: 'detach the policy, and delete or restore it',
    topic: 'policies',
    load: async () => import('../commands/policy/remove.ts'),
  },
  audit: {
    summary: 'judge every user of the account: who works without MFA, and who breaks',
    topic: 'policies',
    load: async () => import('../commands/audit.ts'),
  },
  doctor: {
    summary: 'explain why AWS access is denied and how to fix it',
    topic: 'help',
    load: async () => import('../commands/doctor.ts'),
  },
  demo: {
    summary: 'try everything against an embedded local AWS; no account needed',
    topic: 'help',
    load: async () => import('../commands/demo.ts'),
  },
  'demo code': {
    summary: 'print a code for the demo that is running',
    topic: 'help',
    load: async () => import('../commands/demo/code.ts'),
  },
  'local-aws': {
    summary: 'run a small AWS that enforces MFA, for tests',
    topic: 'help',
    load: async () => import('../commands/local-aws.ts'),
  },
  version: {
    summary: 'print the version, or what a bug report needs',
    topic: 'help',
    load: async () => import('../commands/version.ts'),
  },
}
