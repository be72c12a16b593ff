/** Completions of PowerShell: tables, and a look-up that is the same for all commands; pure. */
import { quotePowershell } from '../quote.ts'
import { offerTables, type CommandToComplete, type Offer } from './offers.ts'

/** about_Functions_Argument_Completion: where nothing is offered, PowerShell offers files. */
export function powershellCompletion(commands: readonly CommandToComplete[]): string {
  const { flags, values, words, operands } = offerTables(commands)
  return `
Register-ArgumentCompleter -Native -CommandName mfa-login -ScriptBlock {
  param($word, $line)
  $flags = ${table(flags)}
  $values = ${table(values)}
  $words = ${table(words)}
  $operands = ${table(operands)}
  $given = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -ne '') { $given = @($given | Select-Object -SkipLast 1) }
  $command = 'login'
  if ($given.Count -gt 0 -and $given[0] -notlike '-*') { $command = $given[0] }
  if ($given.Count -gt 1 -and $flags.ContainsKey("$($given[0]) $($given[1])")) { $command = "$($given[0]) $($given[1])" }
  $before = ''
  if ($given.Count -gt 0) { $before = $given[-1] }
  $offer = $operands[$command]
  if ($given -contains '--') { $offer = @() }
  elseif ($values.ContainsKey("$command $before")) { $offer = $values["$command $before"] }
  elseif ($word -like '-*') { $offer = $flags[$command] }
  elseif ($words.ContainsKey("$given")) { $offer = $words["$given"] }
  if ($offer -contains '@profiles') {
    $config = if ($Env:AWS_CONFIG_FILE) { $Env:AWS_CONFIG_FILE } else { "$HOME/.aws/config" }
    $credentials = if ($Env:AWS_SHARED_CREDENTIALS_FILE) { $Env:AWS_SHARED_CREDENTIALS_FILE } else { "$HOME/.aws/credentials" }
    $offer = Select-String -ErrorAction Ignore -Path $config, $credentials -Pattern '^\\[(?:profile +)?(?!(?:sso-session|services) )([A-Za-z0-9_@+.%:/ -]+)\\]' |
      ForEach-Object { $_.Matches[0].Groups[1].Value } | Sort-Object -Unique |
      ForEach-Object { if ($_ -like '* *') { "'$_'" } else { $_ } }
  }
  $begin = $word -replace "^['""]", ''
  $offer | Where-Object { $_ -replace "^'", '' -like "$begin*" -and $_ -notlike '@*' }
}`
}

function table(rows: readonly (readonly [key: string, offer: Offer])[]): string {
  const lines = rows.map(([key, offer]) => {
    return `    ${quotePowershell(key)} = @(${offer.map(quotePowershell).join(', ')})`
  })
  return ['@{', ...lines, '  }'].join('\n')
}
