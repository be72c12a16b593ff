/** PowerShell code, read by the grammar that VS Code uses. */
import { fileURLToPath } from 'node:url'
import { Language, Parser, type Node } from '@vscode/tree-sitter-wasm'

await Parser.init()
const grammar = import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm')
const parser = new Parser()
parser.setLanguage(await Language.load(fileURLToPath(grammar)))

/** What the grammar does not understand; empty if the code is correct. */
export function syntaxErrors(code: string): string[] {
  const errors: string[] = []
  const visit = (node: Node): void => {
    if (node.isMissing) errors.push(`no ${node.type} at ${node.startIndex}`)
    else if (node.isError) errors.push(`at ${node.startIndex}: ${node.text.slice(0, 80)}`)
    else for (const child of node.children) if (child !== null) visit(child)
  }
  const tree = parser.parse(code)
  if (tree === null) throw new Error('the parser gave up')
  visit(tree.rootNode)
  tree.delete()
  return errors
}
