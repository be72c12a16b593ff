import type { PolicyCalls } from '../iam-api.ts'
import type { LoadIam } from './iam-client.ts'

/** The calls that change policies, and what has them. */
export function policyChanges(load: LoadIam) {
  return {
    createPolicy: async ({ name, text, description }) => {
      const { send, CreatePolicyCommand } = await load()
      const policy = { PolicyName: name, PolicyDocument: text, Description: description }
      await send(new CreatePolicyCommand(policy))
    },
    createPolicyVersion: async (PolicyArn, PolicyDocument) => {
      const { send, CreatePolicyVersionCommand } = await load()
      const version = { PolicyArn, PolicyDocument, SetAsDefault: true }
      await send(new CreatePolicyVersionCommand(version))
    },
    deletePolicyVersion: async (PolicyArn, VersionId) => {
      const { send, DeletePolicyVersionCommand } = await load()
      await send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    },
    setDefaultPolicyVersion: async (PolicyArn, VersionId) => {
      const { send, SetDefaultPolicyVersionCommand } = await load()
      await send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }))
    },
    deletePolicy: async (PolicyArn) => {
      const { send, DeletePolicyCommand } = await load()
      await send(new DeletePolicyCommand({ PolicyArn }))
    },
    attachPolicy: async ({ kind, name }, PolicyArn) => {
      const { send, AttachUserPolicyCommand, AttachGroupPolicyCommand } = await load()
      await (kind === 'user'
        ? send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }))
        : send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn })))
    },
    detachPolicy: async ({ kind, name }, PolicyArn) => {
      const { send, DetachUserPolicyCommand, DetachGroupPolicyCommand } = await load()
      await (kind === 'user'
        ? send(new DetachUserPolicyCommand({ UserName: name, PolicyArn }))
        : send(new DetachGroupPolicyCommand({ GroupName: name, PolicyArn })))
    },
  } satisfies Partial<PolicyCalls>
}
