import type { RunOptions } from './connection.ts'

const payloadName = /^[A-Za-z0-9][A-Za-z0-9.-]*$/

/**
 * A script and its payloads as the loader reads them: `F <bytes> <name>` with a file each, then `R <seconds>`; or `Q <bytes>` with
 * a query.
 */
export function encodeRequest(script: string, { payloads = [], timeoutMs, isQuery }: RunOptions): Buffer {
  if (isQuery === true) return encodeQuery(script, payloads)
  const files = [...payloads, { name: '.script', content: Buffer.from(script) }]
  for (const { name } of payloads) {
    if (!payloadName.test(name)) throw new Error(`not a payload name: ${JSON.stringify(name)}`)
  }
  const seconds = timeoutMs === undefined ? 0 : Math.max(1, Math.ceil(timeoutMs / 1000))
  return Buffer.concat([
    ...files.flatMap(({ name, content }) => [Buffer.from(`F ${content.length} ${name}\n`), content]),
    Buffer.from(`R ${seconds}\n`),
  ])
}

function encodeQuery(script: string, payloads: readonly unknown[]): Buffer {
  if (payloads.length > 0) throw new Error('a query has no payloads')
  // Without newlines at the end, which the shell would drop: it counts what it got.
  const content = Buffer.from(script.trimEnd())
  return Buffer.concat([Buffer.from(`Q ${content.length}\n`), content])
}
