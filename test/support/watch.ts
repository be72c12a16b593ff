/** Records the output of commands and the arguments of processes, and looks for secrets in them. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import type { Outcome, Sandbox } from './sandbox.ts'

/** A secret and the place where it was seen: a stream of a command, a terminal, an argument list or a file. */
export interface Sighting {
  readonly place: string
  readonly secret: string
}

export class Watch {
  readonly #shown = new Map<string, string>()
  readonly #arguments = new Set<string>()

  constructor() {
    const sample = setInterval(() => this.#sample(), 2)
    onTestFinished(() => clearInterval(sample))
  }

  /** Any user may read the command lines of all processes of the machine. */
  #sample(): void {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue
      try {
        this.#arguments.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        // The process has ended.
      }
    }
  }

  hasSeenArgument(text: string): boolean {
    return [...this.#arguments].some((line) => line.includes(text))
  }

  show(place: string, text: string): void {
    this.#shown.set(place, (this.#shown.get(place) ?? '') + text)
  }

  showOutcome(command: string, { stdout, stderr }: Outcome): void {
    this.show(`${command}: stdout`, stdout)
    this.show(`${command}: stderr`, stderr)
  }

  /** All places with a secret, also if it is written in groups or encoded in a URL. */
  sightings(secrets: Readonly<Record<string, string>>): Sighting[] {
    const texts = [
      ...this.#shown,
      ...Array.from(this.#arguments, (line) => ['argv', line] as const),
    ]
    const found = texts.flatMap(([place, text]) =>
      Object.entries(secrets)
        .filter(([, secret]) => isIn(text, secret))
        .map(([name]) => ({ place, secret: name })),
    )
    const unique = new Map(found.map((each) => [`${each.place} ${each.secret}`, each]))
    return [...unique.values()]
  }
}

function isIn(text: string, secret: string): boolean {
  if (secret.length < 6) throw new Error(`no secret: ${secret}`)
  // Six digits within a longer number are not a code.
  if (/^\d{6}$/.test(secret)) return new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(text)
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
  return forms.some((form) => text.includes(form)) || text.replaceAll(' ', '').includes(secret)
}

/** The files of a home that hold a secret, with their modes. */
export function filesWith(box: Sandbox, secret: string): { path: string; mode: number }[] {
  return readdirSync(box.home, { recursive: true })
    .map((name) => String(name))
    .filter((path) => statSync(`${box.home}/${path}`).isFile())
    .filter((path) => isIn(readFileSync(`${box.home}/${path}`, 'latin1'), secret))
    .map((path) => ({ path, mode: statSync(`${box.home}/${path}`).mode & 0o777 }))
}
