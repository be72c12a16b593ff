/** A server between the program and the local AWS that changes what AWS answers. */
import { createServer, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Sandbox } from './sandbox.ts'
import { listening } from './tls-front.ts'

/** `alter` gets the operation and the text of each answer. Points the sandbox's endpoint to the server. */
export async function alterAnswers(
  box: Sandbox,
  alter: (operation: string, answer: string) => string,
): Promise<void> {
  const server = createServer((asked, answer) => {
    void (async () => {
      const body = await text(asked)
      const { method = 'POST', headers, url = '/' } = asked
      const passedOn = request(new URL(url, box.aws.url), { method, headers }, (response) => {
        void text(response).then((from) => {
          const altered = alter(new URLSearchParams(body).get('Action') ?? '', from)
          const { date = '' } = response.headers
          answer.writeHead(response.statusCode ?? 500, { date }).end(altered)
        })
      })
      passedOn.end(body)
    })()
  })
  box.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await listening(server)}`
}

/** Sets the text of an element of XML. */
export function setElement(name: string, value: string): (answer: string) => string {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return (answer) => answer.replace(new RegExp(`<${name}>[^<]*`), () => `<${name}>${escaped}`)
}
