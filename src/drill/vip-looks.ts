import { sh } from '../transport/shell.ts'
import type { VipSample } from './log.ts'

/** A node looks so long at its addresses before it answers. */
export const looksSeconds = 1
const looks = 5

/**
 * Looks several times and prints `<seconds since boot> yes|no` for each. One script for each look would cost the nodes more
 * processor time than all clients do, and slow down what is measured; so would `ip`, which takes a node five times as long
 * as reading the kernel's table, where an own address is `|-- ADDRESS` with `/32 host LOCAL` below it. A node without that
 * table prints nothing: nobody knows what it holds.
 */
export function vipLooksScript(vip: string): string {
  return `[ -r /proc/net/fib_trie ] || exit 1
for look in ${Array.from({ length: looks }, (_, index) => index + 1).join(' ')}; do
  held=no leaf=
  while read -r one two three; do
    case $one in
      '|--') leaf=$two ;;
      /32) [ "$leaf $two $three" != ${sh(`${vip} host LOCAL`)} ] || held=yes ;;
    esac
  done </proc/net/fib_trie
  read -r up rest </proc/uptime
  echo "$up $held"
  sleep ${looksSeconds / looks}
done
read -r up rest </proc/uptime
echo "$up end"`
}

/**
 * `beganMs` and `endedMs` are ours, the node's clock tells only how long before the end each look was: a look cannot have
 * been earlier than that after the beginning, nor later than that before the end.
 */
export function parseVipLooks(
  stdout: string,
  beganMs: number,
  endedMs: number,
): readonly Omit<VipSample, 'host'>[] {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  const timeOf = (line: readonly string[] | undefined) => Number(line?.[0]) * 1000
  const [first, last] = [timeOf(lines[0]), timeOf(lines.at(-1))]
  return lines.slice(0, -1).map((line) => ({
    beganMs: beganMs + (timeOf(line) - first),
    endedMs: endedMs - (last - timeOf(line)),
    holds: line[1] === 'yes',
  }))
}
