import { Writable } from 'node:stream'

/** Loaded by the first question: most runs ask none. */
const readline = () => import('node:readline/promises')

/** Asks on the terminal; anything but yes is no. */
export async function ask(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N]`))
}

/** Asks for a line of text; an empty answer takes the default. */
export async function askText(question: string, otherwise = ''): Promise<string> {
  const { createInterface } = await readline()
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question}${otherwise === '' ? '' : ` [${otherwise}]`} `)
    return answer.trim() === '' ? otherwise : answer.trim()
  } finally {
    terminal.close()
  }
}

/** Asks for a password, which the terminal does not show. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  // First: until the terminal is taken over it shows what is typed.
  const { createInterface } = await readline()
  process.stderr.write(question)
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
