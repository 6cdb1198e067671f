import { messageOf } from '../shared/errors.ts'
import { command } from '../transport/shell.ts'
import type { Cluster } from './cluster.ts'

// Words of lines that name a cause; Patroni's and Consul's chatter has none of them.
const telling =
  /error|fatal|critical|panic|fail|refused|denied|mismatch|timed? ?out|no pg_hba|not permitted|in use|no space|unable|cannot|can't|no cluster leader|exception|rejected|invalid/i
const patience = 8

/** The lines of a unit's journal that name a cause, newest last; the last lines of any kind when none does. */
export async function journalEvidence(
  cluster: Cluster,
  host: string,
  unit: string,
): Promise<readonly string[]> {
  const connection = cluster.connections.get(host)
  if (connection === undefined) return []
  const read = command('journalctl', '-q', '--no-pager', '-o', 'cat', '-n', '200', '-u', unit)
  const lines = await connection.run(read).then(({ stdout }) => causesIn(stdout), unreadable)
  return lines.map((line) => `${host} ${unit}: ${line.slice(0, 240)}`)
}

function causesIn(journal: string): readonly string[] {
  const lines = [...new Set(journal.split('\n').filter((line) => line.trim() !== ''))]
  const causes = lines.filter((line) => telling.test(line))
  return (causes.length > 0 ? causes : lines).slice(-patience)
}

// What the journal is read for is another error, which this one must not hide.
function unreadable(thrown: unknown): readonly string[] {
  return [`its journal cannot be read: ${messageOf(thrown)}`]
}
