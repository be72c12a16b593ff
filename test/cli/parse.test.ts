/** What a declaration says about a command line; the commands' own are tested with the program. */
import { describe, expect, it } from 'vitest'
import { command } from '../../src/command.ts'
import { parseCommandLine, splitAtRest } from '../../src/cli/parse.ts'
import { commandHelp } from '../../src/cli/help.ts'
import { Failure } from '../../src/failure.ts'

const sample = command({
  about: 'Does nothing.',
  options: {
    name: { value: 'NAME', short: 'n', about: 'the name', parse: (text) => text.toUpperCase() },
    color: { value: 'COLOR', about: 'the color', choices: ['red', 'blue'], default: 'red' },
    'tag-key': { value: 'KEY', about: 'a tag', repeatable: true },
    quiet: { about: 'say less', conflicts: ['loud'] },
    loud: { about: 'say more' },
    twice: { about: 'say it again', requires: 'loud' },
  },
  operand: {
    value: 'FILE',
    about: 'the file',
    type: 'file',
    required: { question: 'Which file?', hint: 'sample FILE', unless: 'quiet' },
  },
  examples: [['sample x', 'an example']],
  run: () => Promise.resolve('ok'),
})

const parse = (...args: string[]): object => parseCommandLine('sample', sample, args)

function problemOf(...args: string[]): string {
  try {
    parse(...args)
  } catch (error) {
    if (error instanceof Failure && error.exit === 'usage') {
      return `${error.message} Try: ${error.hint ?? ''}`
    }
    throw error
  }
  return 'none'
}

describe('parsing a command line', () => {
  it('gives every option its typed value or default, under its name in camel case', () => {
    const defaults = { name: undefined, color: 'red', tagKey: [], operand: 'x' }
    const switches = { quiet: false, loud: false, twice: false }
    expect(parse('x')).toEqual({ ...defaults, ...switches })
    expect(parse('-n', 'a', 'x', '--color=blue', '--loud', '--twice')).toEqual({
      ...defaults,
      name: 'A',
      color: 'blue',
      quiet: false,
      loud: true,
      twice: true,
    })
  })

  it('collects an option that may be repeated', () => {
    const line = ['--tag-key', 'a', '--tag-key=b', '--color', 'blue', 'x']
    expect(parse(...line)).toMatchObject({ tagKey: ['a', 'b'], color: 'blue' })
  })

  it('takes a lone dash for a value or an operand', () => {
    expect(parse('--name', '-', '-')).toMatchObject({ name: '-', operand: '-' })
    expect(parse('-n', '-', '-')).toMatchObject({ name: '-', operand: '-' })
  })

  it.each([
    [['--color', 'green', 'x'], 'There is no color "green". Try: --color red or blue'],
    [['--quiet', '--loud'], '--quiet and --loud cannot be used together.'],
    [['--twice', 'x'], '--twice goes with --loud. Try: mfa-login sample --loud'],
    [[], 'Which file? Try: sample FILE'],
    [['--quiet'], 'none'],
    [['a', 'b'], 'One FILE at a time. Try: mfa-login sample --help'],
    [['--colour', 'x'], "Unknown option '--colour'. Try: --color, or mfa-login sample --help"],
    [['--name', 'a', '--name', 'b'], '--name is given twice. Try: mfa-login sample --help'],
    [['--name', 'a', '-n', 'b'], '--name is given twice. Try: mfa-login sample --help'],
    [['x', '--name', ''], 'The value of --name is empty. Try: --name NAME'],
    [['--nope'], "Unknown option '--nope'. Try: mfa-login sample --help"],
    [['--name'], "Option '-n, --name <value>' argument missing."],
  ])('%j is answered with one sentence', (args, sentence) => {
    expect(problemOf(...args)).toContain(sentence)
  })
})

describe('a command that runs another one', () => {
  const runner = command({
    about: 'Runs.',
    options: { name: { value: 'NAME', short: 'n', about: 'the name' } },
    rest: {
      value: 'COMMAND…',
      about: 'the command',
      required: { question: 'Which command?', hint: 'runner true' },
    },
    examples: [],
    run: () => Promise.resolve('ok'),
  })

  it.each([
    [
      ['-n', 'a', 'ls', '--name', 'b'],
      ['-n', 'a'],
      ['ls', '--name', 'b'],
    ],
    [
      ['-n', 'a', '--', 'ls', '--help'],
      ['-n', 'a'],
      ['ls', '--help'],
    ],
    [['--debug'], ['--debug'], []],
  ])('%j leaves the words of that one alone', (args, own, rest) => {
    expect(splitAtRest(args, runner)).toEqual({ own, rest })
  })

  it('asks which one', () => {
    expect(() => parseCommandLine('runner', runner, [], [])).toThrow('Which command?')
    expect(parseCommandLine('runner', runner, [], ['ls'])).toEqual({
      name: undefined,
      rest: ['ls'],
    })
  })
})

it('the help of a command shows choices, defaults and the options of every command', () => {
  const help = commandHelp('sample', sample)
  expect(help).toContain('Usage: mfa-login sample [OPTIONS] FILE\n\n  FILE  the file\n')
  expect(help).toMatch(/^ {6}--color COLOR +the color: red, blue; default red$/m)
  expect(help).toMatch(/^ {2}-n, --name NAME +the name$/m)
  expect(help).toMatch(/^ {6}--debug +report on stderr/m)
  expect(help).toMatch(/^ {2}-h, --help +show this help$/m)
})
