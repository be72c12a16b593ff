/** The forms for issues, by the rules of GitHub's form schema (docs.github.com, "Syntax for GitHub's form schema"). */
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const FOLDER = new URL('../.github/ISSUE_TEMPLATE/', import.meta.url)
const text = { type: 'string', minLength: 1 }
const labeled = { label: text, description: text }

function element(type: string, attributes: object, required: readonly string[] = ['label']) {
  const isInput = type !== 'markdown'
  return {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'attributes', ...(isInput ? ['id'] : [])],
    properties: {
      type: { const: type },
      attributes: {
        type: 'object',
        additionalProperties: false,
        required,
        properties: attributes,
      },
      ...(isInput && {
        id: { type: 'string', pattern: '^[\\w-]+$' },
        validations: {
          type: 'object',
          additionalProperties: false,
          properties: { required: { type: 'boolean' } },
        },
      }),
    },
  }
}

const written = { ...labeled, placeholder: text, value: text }
const options = { type: 'array', minItems: 1, uniqueItems: true, items: text }
const ELEMENTS = [
  element('markdown', { value: text }, ['value']),
  element('input', written),
  element('textarea', { ...written, render: text }),
  element('dropdown', { ...labeled, multiple: { type: 'boolean' }, options }, ['label', 'options']),
]
const isForm = new Ajv({ strict: true, allErrors: true }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['name', 'description', 'body'],
  properties: {
    name: text,
    description: text,
    labels: { type: 'array', items: text },
    body: { type: 'array', minItems: 1, items: { oneOf: ELEMENTS } },
  },
})

interface Element {
  readonly id?: string
  readonly attributes: { readonly label?: string }
}

const forms = readdirSync(FOLDER).filter((name) => name !== 'config.yml')

test.each(forms)('%s is a form', (name) => {
  const form = parse(readFileSync(new URL(name, FOLDER), 'utf8')) as { body: Element[] }
  isForm(form)
  expect(isForm.errors).toBe(null)
  const inputs = form.body.filter(({ id }) => id !== undefined)
  expect(inputs.length).toBeGreaterThan(0)
  for (const values of [inputs.map(({ id }) => id), inputs.map((each) => each.attributes.label)])
    expect(new Set(values).size).toBe(values.length)
})

test('a form with a misspelled key is none', () => {
  expect(
    isForm({ name: 'x', description: 'x', body: [{ type: 'input', id: 'x', attribute: {} }] }),
  ).toBe(false)
})
