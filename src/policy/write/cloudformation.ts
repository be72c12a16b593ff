import type { PolicyToWrite } from './policy-to-write.ts'

/** A template in YAML. Without `Fn::Sub`, `${aws:username}` stays as it is. */
export async function toCloudFormation({ document, name, group }: PolicyToWrite): Promise<string> {
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Makes MFA mandatory',
    Resources: {
      [toLogicalId(name)]: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          ManagedPolicyName: name,
          ...(group !== undefined && { Groups: [group] }),
          PolicyDocument: document,
        },
      },
    },
  }
  const { Document } = await import('yaml')
  // CloudFormation reads YAML 1.1, where 2012-10-17 without quotes is a date; and no aliases.
  return new Document(template, { version: '1.1', aliasDuplicateObjects: false }).toString({
    directives: false,
    lineWidth: 0,
  })
}

/** Letters and digits only. `mfa_mandatory` becomes `MfaMandatory`. */
function toLogicalId(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const id = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return id === '' ? 'MfaMandatory' : id
}
