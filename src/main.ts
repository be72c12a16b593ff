/** The program. A cached answer to credential-process loads nothing else. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that closes the pipe early (`| head`) is no error of ours.
  process.stdout.on('error', () => process.exit(0))
  if (argv[0] === 'credential-process') {
    const { cachedAnswer } = await import('./session/hit.ts')
    const answer = cachedAnswer(argv.slice(1), process.env, Date.now())
    if (answer !== undefined) {
      process.stdout.write(answer)
      return 0
    }
  }
  if (argv[0] === 'prompt' && argv.length === 1) {
    const { promptText } = await import('./session/prompt.ts')
    process.stdout.write(promptText(process.env, Date.now()))
    return 0
  }
  const { cli } = await import('./cli.ts')
  const { realContext } = await import('./io/real-context.ts')
  return cli(argv, realContext())
}
