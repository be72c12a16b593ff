/** What an account file may say; `docs/local-aws.schema.json` is this, for editors. */
export const ACCOUNT_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'The account of mfa-login local-aws',
  type: 'object',
  additionalProperties: false,
  required: ['users'],
  properties: {
    $schema: { type: 'string', description: 'the address of this schema, for editors' },
    id: {
      type: 'string',
      pattern: '^\\d{12}$',
      description: 'twelve digits in quotation marks; default 123456789012',
    },
    partition: { type: 'string', enum: ['aws', 'aws-cn', 'aws-us-gov'] },
    users: {
      type: 'array',
      minItems: 1,
      items: { $ref: '#/$defs/user' },
      description: 'tools call it as the first one',
    },
    groups: { type: 'array', items: { $ref: '#/$defs/group' } },
    roles: { type: 'array', items: { $ref: '#/$defs/role' } },
    managedPolicies: {
      $ref: '#/$defs/policies',
    },
    buckets: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' },
      description: 'names of S3 buckets, which are empty',
    },
  },
  $defs: {
    name: { type: 'string', pattern: '^[\\w+=,.@-]{1,128}$', description: 'a name of IAM' },
    path: {
      type: 'string',
      pattern: '^/([\\w.,+@=-]+/)*$',
      description: 'a path of IAM, such as /team/',
    },
    policies: {
      type: 'object',
      additionalProperties: { type: 'object' },
      description:
        'policies by name, as IAM has them in JSON; a managed one may have its ARN for a name',
    },
    attached: {
      type: 'array',
      items: { type: 'string' },
      description: 'names or ARNs of managed policies of this file',
    },
    user: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: { $ref: '#/$defs/name' },
        path: { $ref: '#/$defs/path' },
        keys: {
          type: 'array',
          maxItems: 2,
          items: { $ref: '#/$defs/key' },
          description: 'access keys; default is one that is made up',
        },
        devices: { type: 'array', maxItems: 8, items: { $ref: '#/$defs/device' } },
        password: { type: 'string', description: 'for the console' },
        tags: { type: 'object', additionalProperties: { type: 'string' } },
        policies: { $ref: '#/$defs/policies' },
        attached: { $ref: '#/$defs/attached' },
        boundary: {
          type: 'string',
          description: 'name or ARN of the managed policy that is the permissions boundary',
        },
      },
    },
    key: {
      type: 'object',
      additionalProperties: false,
      properties: {
        accessKeyId: {
          type: 'string',
          pattern: '^AKIA[A-Z0-9]{12,124}$',
          description: 'AKIA and at least twelve capital letters or digits; made up by default',
        },
        secretAccessKey: {
          type: 'string',
          pattern: '^[\\w/+=]{16,128}$',
          description: '16 to 128 letters, digits, /, + or =; made up by default',
        },
        status: { type: 'string', enum: ['Active', 'Inactive'] },
      },
    },
    device: {
      type: 'object',
      additionalProperties: false,
      properties: {
        name: { $ref: '#/$defs/name' },
        serialNumber: {
          type: 'string',
          pattern: '^[\\w+=/:,.@-]{9,256}$',
          description: 'in place of a name: that of a hardware token, or the ARN of a security key',
        },
        seed: {
          type: 'string',
          pattern: '^[A-Z2-7]{16,}=*$',
          description: 'at least 16 characters of base32; made up by default',
        },
        enrolled: {
          type: 'boolean',
          description:
            'false for a virtual device that exists and is enabled for nobody; default true',
        },
        kind: { type: 'string', enum: ['totp', 'fido'] },
      },
    },
    group: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: { $ref: '#/$defs/name' },
        path: { $ref: '#/$defs/path' },
        members: { type: 'array', items: { type: 'string' }, description: 'names of users' },
        policies: { $ref: '#/$defs/policies' },
        attached: { $ref: '#/$defs/attached' },
      },
    },
    role: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'trustPolicy'],
      properties: {
        name: { $ref: '#/$defs/name' },
        path: { $ref: '#/$defs/path' },
        trustPolicy: { type: 'object', description: 'who may assume it, as IAM has it in JSON' },
        maxSessionSeconds: { type: 'integer', minimum: 3600, maximum: 43200 },
        policies: { $ref: '#/$defs/policies' },
        attached: { $ref: '#/$defs/attached' },
      },
    },
  },
} as const

type Definitions = (typeof ACCOUNT_SCHEMA)['$defs']

/** The data that a part of the schema describes. */
type Data<Schema> = Schema extends { $ref: `#/$defs/${infer Name extends keyof Definitions}` }
  ? Data<Definitions[Name]>
  : Schema extends { enum: readonly (infer Choice)[] }
    ? Choice
    : Schema extends { items: infer Item }
      ? readonly Data<Item>[]
      : Schema extends { properties: infer Properties }
        ? ObjectData<Properties, Schema>
        : Schema extends { additionalProperties: infer Value }
          ? Readonly<Record<string, Data<Value>>>
          : Schema extends { type: infer Type extends keyof Types }
            ? Types[Type]
            : never

interface Types {
  readonly string: string
  readonly integer: number
  readonly boolean: boolean
  readonly object: object
}

type Required<Schema> = Schema extends { required: readonly (infer Name)[] } ? Name : never

type ObjectData<Properties, Schema> = {
  readonly [Name in keyof Properties as Name extends Required<Schema> ? Name : never]: Data<
    Properties[Name]
  >
} & {
  readonly [Name in keyof Properties as Name extends Required<Schema> ? never : Name]?:
    Data<Properties[Name]> | undefined
}

/** An account as a file or a test describes it; what it leaves out is made up. */
export type AccountDescription = Data<typeof ACCOUNT_SCHEMA>
export type UserDescription = Data<Definitions['user']>
export type GroupDescription = Data<Definitions['group']>
export type RoleDescription = Data<Definitions['role']>
export type DeviceDescription = Data<Definitions['device']>
export type IdentityDescription = Pick<UserDescription, 'name' | 'path' | 'policies' | 'attached'>
