import type { HaproxyVars } from '../haproxy/vars.ts'
import type { PatroniVars } from '../patroni/vars.ts'
import { type Check, finding, firstGiven, onEachHost, runs } from './check.ts'

/** Patroni's own rule; it silently changes values that break it (config.py, _validate_and_adjust_timeouts). */
export const patroniTimeouts: Check = onEachHost((host) => {
  const { patroni } = host.vars
  if (!runs(host, 'patroni') || !patroni) return []
  const { ttl, loop_wait, retry_timeout } = patroni
  const needed = loop_wait + 2 * retry_timeout
  if (needed <= ttl) return []
  const path = firstGiven(host, [
    ['patroni', 'ttl'],
    ['patroni', 'retry_timeout'],
    ['patroni', 'loop_wait'],
  ])
  const sum = `loop_wait + 2 * retry_timeout = ${loop_wait} + 2 * ${retry_timeout} = ${needed} s`
  return [finding(path, `${sum}, more than ttl = ${ttl} s`, 'raise ttl or lower the others')]
})

type HaproxyTimes = Pick<
  HaproxyVars,
  'inter_ms' | 'fastinter_ms' | 'fall' | 'check_timeout_ms' | 'connect_timeout_ms'
>
type PatroniTimes = Pick<PatroniVars, 'ttl' | 'loop_wait'>

/**
 * Milliseconds between HAProxy's cutting off a hung leader and the earliest promotion of another member. Not positive:
 * clients may still write to the old leader when the new one takes over (research/reliability.md 2.4).
 */
export function fencingMarginMs(haproxy: HaproxyTimes, patroni: PatroniTimes): number {
  const { inter_ms, fastinter_ms, fall, check_timeout_ms, connect_timeout_ms } = haproxy
  const markedDown = inter_ms + fall * (connect_timeout_ms + check_timeout_ms) + (fall - 1) * fastinter_ms
  return (patroni.ttl - patroni.loop_wait) * 1000 - markedDown
}

const thinMs = 5000

/** A hung leader has to be cut off before another one is promoted. */
export const fencing: Check = fencingCheck((margin) =>
  margin <= 0
    ? `HAProxy cuts a hung leader off ${seconds(-margin)} after another one may be promoted: writes get lost`
    : undefined,
)

/** Below 5 s a busy node may be late. */
export const thinFencing: Check = fencingCheck((margin) =>
  margin > 0 && margin < thinMs
    ? `HAProxy cuts a hung leader off only ${seconds(margin)} before another one may be promoted; 5 s are safe`
    : undefined,
)

function fencingCheck(complaint: (marginMs: number) => string | undefined): Check {
  return onEachHost((host) => {
    const { haproxy, patroni } = host.vars
    if (!runs(host, 'haproxy') || !haproxy || !patroni) return []
    const message = complaint(fencingMarginMs(haproxy, patroni))
    if (message === undefined) return []
    const path = firstGiven(host, [
      ['haproxy', 'check_timeout_ms'],
      ['haproxy', 'fall'],
      ['haproxy', 'inter_ms'],
      ['haproxy', 'fastinter_ms'],
      ['haproxy', 'connect_timeout_ms'],
      ['patroni', 'ttl'],
      ['patroni', 'loop_wait'],
    ])
    const rule =
      'inter_ms + fall * (connect_timeout_ms + check_timeout_ms) + (fall - 1) * fastinter_ms < ttl - loop_wait'
    return [finding(path, message, rule)]
  })
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}
