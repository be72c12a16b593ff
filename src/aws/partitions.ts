const ARN = /^arn:(aws[\w-]*):/

const FIRST_REGION: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
}

/** A region of the partition the device lives in, for people who set no region. */
export function regionFor(serial: string | undefined): string {
  const partition = ARN.exec(serial ?? '')?.[1] ?? 'aws'
  return FIRST_REGION[partition] ?? 'us-east-1'
}
