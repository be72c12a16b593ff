import type { PolicyToWrite } from './policy-to-write.ts'

/**
 * The policy stands as JSON in a heredoc, not in `jsonencode`: it is the text that `policy show` prints, and tools that
 * do not evaluate Terraform's functions can read it. `terraform fmt` leaves all of it as it is.
 */
export function toTerraform({ document, name, group }: PolicyToWrite): string {
  const label = name.replaceAll(/[^\w-]/g, '_').replace(/^(?=[\d-])/, '_')
  const json = escapeTemplate(JSON.stringify(document, undefined, 2)).replaceAll(/^/gm, '    ')
  const policy = `resource "aws_iam_policy" "${label}" {
  name = "${name}"

  policy = <<-JSON
${json}
  JSON
}
`
  if (group === undefined) return policy
  return `${policy}
resource "aws_iam_group_policy_attachment" "${label}" {
  group      = "${group}"
  policy_arn = aws_iam_policy.${label}.arn
}
`
}

/** Terraform, "Strings and Templates": a heredoc has templates, and no other escapes. */
function escapeTemplate(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => `${sign}${sign}`)
}
