/** What a terminal shows after all control sequences, without the blanks at the ends of lines. */
import xterm, { type Terminal } from '@xterm/headless'

export async function screenOf(output: string, columns = 200, rows = 400): Promise<string[]> {
  const terminal = await terminalWith(output, columns, rows)
  const { active } = terminal.buffer
  const lines = Array.from({ length: active.length }, (_, row) =>
    (active.getLine(row)?.translateToString(true) ?? '').trimEnd(),
  )
  terminal.dispose()
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** A terminal that shows the output. */
export async function terminalWith(
  output: string,
  columns: number,
  rows: number,
): Promise<Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  return terminal
}

/** Whether a screen asks for a code in its last row, after so many refusals of codes. */
export async function asksForCode(output: string, refusals = 0): Promise<boolean> {
  const rows = await screenOf(output)
  const refused = rows.filter((row) => row.includes('The code was not accepted')).length
  return refused === refusals && rows.at(-1)?.startsWith('? MFA code for work') === true
}
