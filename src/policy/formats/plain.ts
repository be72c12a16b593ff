import { isObject, lineOf } from '../lines.ts'
import type { PolicyFormat } from './found-policy.ts'

/** Elements of policies and statements, so that one with a mistake is named as such. */
const ELEMENTS = ['Version', 'Statement', 'Statements', 'Effect']

export const PLAIN: PolicyFormat = {
  name: 'the JSON of a policy',
  matches: (file) =>
    Array.isArray(file)
      ? file.some((each) => isObject(each) && 'Effect' in each)
      : ELEMENTS.some((element) => element in file),
  find: (file) => [{ document: file, line: lineOf(file) }],
}
