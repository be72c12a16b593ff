import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import ts from 'typescript'

/** The types of a module and of those that it names, each as TypeScript declares it, for CommonJS. */
export function declarations(entry) {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    isolatedDeclarations: true,
    rewriteRelativeImportExtensions: true,
  }
  const emit = (context, file, done) => {
    if (done.has(file)) return
    done.add(file)
    const source = readFileSync(file, 'utf8')
    const options = { fileName: file, compilerOptions, reportDiagnostics: true }
    const { outputText, diagnostics } = ts.transpileDeclaration(source, options)
    const [problem] = diagnostics
    if (problem)
      throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`)
    const relative = /(?<=\bfrom ['"])(\.{1,2}\/[^'"]+)\.[jt]s(?=['"])/g
    for (const [, name] of outputText.matchAll(relative)) {
      emit(context, join(dirname(file), `${name}.ts`), done)
    }
    const fileName = join('types', file.slice(dirname(entry).length + 1).replace(/\.ts$/, '.d.cts'))
    context.emitFile({ type: 'asset', fileName, source: outputText.replace(relative, '$1.cjs') })
  }
  return {
    name: 'declarations',
    generateBundle() {
      emit(this, entry, new Set())
    },
  }
}
