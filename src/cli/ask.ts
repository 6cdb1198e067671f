import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Asks on the terminal; anything but yes is no. */
export async function ask(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N]`))
}

/** Asks for a line of text; an empty answer takes the default. */
export async function askText(question: string, otherwise = ''): Promise<string> {
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
  process.stderr.write(question)
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
