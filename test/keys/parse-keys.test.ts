import { expect, it, test } from 'vitest'
import { parseKeys } from '../../src/keys/parse-keys.ts'

const ID = 'AKIAIOSFODNN7EXAMPLE'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

test.each([
  ['JSON', JSON.stringify({ AccessKey: { AccessKeyId: ID, SecretAccessKey: SECRET } })],
  ['two lines', `${ID}\n${SECRET}\n`],
  ['two lines of Windows, with blanks', `\r\n ${ID} \r\n\r\n ${SECRET} \r\n`],
])('reads %s', (_, text) => {
  expect(parseKeys(text)).toEqual({ accessKeyId: ID, secretAccessKey: SECRET })
})

test.each([
  ['nothing', ''],
  ['one line', SECRET],
  ['a session', `ASIAIOSFODNN7EXAMPLE\n${SECRET}`],
  ['JSON of something else', '{"Credentials": {}}'],
  ['JSON null', 'null'],
  ['a secret that INI readers would cut', `${ID}\n${SECRET} # mine`],
  ['swapped lines', `${SECRET}\n${ID}`],
])('refuses %s without quoting it', (_, text) => {
  let message = ''
  try {
    parseKeys(text)
  } catch (error) {
    ;({ message } = error as Error)
  }
  expect(message).toMatch(/^stdin does not contain the keys/)
  expect(message).not.toContain(SECRET)
})

it('does not take an access key ID for a secret of 16 characters', () => {
  expect(() => parseKeys(`${ID}\nshort`)).toThrow('not a secret access key')
})
