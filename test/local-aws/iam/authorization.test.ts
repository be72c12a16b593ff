import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupPolicyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  ResyncMFADeviceCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { createAccount, createUser } from '../../../src/local-aws/index.ts'
import { firstUser, iamOf, keysOf, refusal, start } from '../rig.ts'

/** The commands by resource, for requests that name the user bob, the group devs and the policy mfa. */
const RESOURCES = {
  'group/': [ListGroupsCommand],
  'group/devs': [
    AddUserToGroupCommand,
    AttachGroupPolicyCommand,
    CreateGroupCommand,
    DeleteGroupPolicyCommand,
    DetachGroupPolicyCommand,
    GetGroupCommand,
    GetGroupPolicyCommand,
    ListAttachedGroupPoliciesCommand,
    ListGroupPoliciesCommand,
    PutGroupPolicyCommand,
    RemoveUserFromGroupCommand,
  ],
  'policy/': [ListPoliciesCommand],
  'policy/mfa': [
    CreatePolicyCommand,
    CreatePolicyVersionCommand,
    DeletePolicyCommand,
    DeletePolicyVersionCommand,
    GetPolicyCommand,
    GetPolicyVersionCommand,
    ListEntitiesForPolicyCommand,
    ListPolicyVersionsCommand,
    SetDefaultPolicyVersionCommand,
  ],
  'user/alice': [ChangePasswordCommand, GetAccessKeyLastUsedCommand],
  'user/bob': [
    AttachUserPolicyCommand,
    CreateAccessKeyCommand,
    CreateUserCommand,
    DeleteAccessKeyCommand,
    DeleteUserPolicyCommand,
    DetachUserPolicyCommand,
    GetUserPolicyCommand,
    ListAccessKeysCommand,
    ListAttachedUserPoliciesCommand,
    ListGroupsForUserCommand,
    ListUserPoliciesCommand,
    PutUserPolicyCommand,
    ResyncMFADeviceCommand,
    SimulatePrincipalPolicyCommand,
    UpdateAccessKeyCommand,
  ],
}

const CASES = Object.entries(RESOURCES).flatMap(([resource, commands]) =>
  commands.map((Command) => [Command.name.replace(/Command$/, ''), resource, Command] as const),
)

test.each(CASES)(
  '%s requires permission for its action on %s',
  async (action, resource, Command) => {
    const aws = await start(createAccount({ users: [createUser('alice')] }))
    const input = {
      AccessKeyId: keysOf(firstUser(aws)).accessKeyId,
      ActionNames: ['s3:ListAllMyBuckets'],
      AuthenticationCode1: '000000',
      AuthenticationCode2: '000000',
      GroupName: 'devs',
      NewPassword: 'new secret',
      OldPassword: 'old secret',
      PolicyArn: 'arn:aws:iam::123456789012:policy/mfa',
      PolicyDocument: '{}',
      PolicyName: 'mfa',
      PolicySourceArn: 'arn:aws:iam::123456789012:user/bob',
      SerialNumber: 'arn:aws:iam::123456789012:mfa/bob',
      Status: 'Inactive' as const,
      UserName: 'bob',
      VersionId: 'v1',
    }
    const command = new (Command as typeof GetGroupCommand)(input)
    await expect(iamOf(aws).send(command)).rejects.toMatchObject(
      refusal(
        'AccessDenied',
        403,
        `User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:${action} on resource: arn:aws:iam::123456789012:${resource} because no identity-based policy allows the iam:${action} action`,
      ),
    )
  },
)
