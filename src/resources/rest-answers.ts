import type { Reader, Reading } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

/** What Patroni or Consul of this node answered to a GET. */
export interface RestAnswer {
  readonly status: number
  readonly body: string
}

/** curl, printing each body, then `@<status> <url>`; words are further options and addresses. */
export function ask(...words: readonly string[]): string {
  const options = ['-s', '-m', '5', '--connect-timeout', '2', '--noproxy', '*']
  return `${command('curl', ...options, '-w', String.raw`\n@%{http_code} %{url_effective}\n`, ...words)} 2>/dev/null`
}

/** One curl for all: starting it takes a node longer than they take to answer. */
const answers: Reader<string> = {
  read: (urls) => `PGHA_ANSWERS=$(${ask(...urls)})\nprintf '%s\\n' "$PGHA_ANSWERS"`,
}

/** Answers of the REST APIs of this node, whatever their status; `parseAnswers` reads them. */
export function answersTo(urls: readonly string[]): Reading<string> {
  return { by: answers, items: urls }
}

/** A condition for fragments: `url` was answered, with this status if one is given. */
export function isAnswered(url: string, status?: number): string {
  const wanted = status === undefined ? '@[1-9]??' : `@${status}`
  return `case $PGHA_ANSWERS in *${wanted}${sh(` ${url}`)}*) true;; *) false;; esac`
}

/** The answers by address; one that nobody gave is not there. */
export function parseAnswers(printed: string): ReadonlyMap<string, RestAnswer> {
  const found = new Map<string, RestAnswer>()
  let from = 0
  for (const end of printed.matchAll(/^@(\d{3}) (http\S+)$/gm)) {
    const [, status = '', url = ''] = end
    if (status !== '000')
      found.set(url, { status: Number(status), body: printed.slice(from, end.index).trim() })
    from = end.index + end[0].length
  }
  return found
}
