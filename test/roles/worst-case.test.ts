import { describe, expect, it } from 'vitest'

import { timingsOf, type Timings } from '../../src/roles/timings.ts'
import { type FaultClass, symbols, worstCases } from '../../src/roles/worst-case.ts'
import { hostsOf, inventory } from './support.ts'

const keepalived = {
  ...{ advert_seconds: 1, priority: 100 },
  ...{ check_interval_seconds: 1, check_timeout_ms: 1000, check_fall: 2 },
}

/** The article's values, of research/reliability.md 2.3; it sets neither fastinter nor downinter, which are then inter. */
const article: Timings = {
  patroni: {
    ...{ ttl: 30, loop_wait: 10, retry_timeout: 10, primary_start_timeout: 300 },
    ...{ failsafe_mode: false, restart_delay_ms: 100 },
  },
  haproxy: {
    ...{ inter_ms: 3000, fastinter_ms: 3000, downinter_ms: 3000, fall: 3, rise: 2 },
    ...{ check_timeout_ms: 5000, connect_timeout_ms: 0 },
  },
  keepalived,
}

const tuned: Timings = {
  patroni: {
    ...{ ttl: 20, loop_wait: 5, retry_timeout: 5, primary_start_timeout: 30 },
    ...{ failsafe_mode: true, restart_delay_ms: 100 },
  },
  haproxy: {
    ...{ inter_ms: 1000, fastinter_ms: 500, downinter_ms: 500, fall: 2, rise: 1 },
    ...{ check_timeout_ms: 1500, connect_timeout_ms: 1000 },
  },
  keepalived,
}

function secondsOf(timings: Timings): Readonly<Partial<Record<FaultClass, number>>> {
  return Object.fromEntries(worstCases(timings).map(({ fault, seconds }) => [fault, seconds]))
}

describe('the worst cases', () => {
  // research/reliability.md 2.4. It has 13 s for the article's killed postmaster, without the second check of `rise 2`, and 41 s
  // for a lost leader, without the election of a DCS whose leader was on that node.
  it("are those of the article's values", () => {
    expect(secondsOf(article)).toEqual({
      switchover: 8,
      'patroni-stopped': 8,
      'patroni-killed': 0,
      'patroni-hung': 41,
      'postmaster-killed': 17,
      'leader-lost': 45,
      'haproxy-killed': 2.61,
      'haproxy-frozen': 4.61,
      'keepalived-lost': 1.61,
      'dcs-server-lost': 0,
      'dcs-majority-lost': Infinity,
      none: 0,
    })
  })

  it('are those of the tuned values', () => {
    expect(secondsOf(tuned)).toMatchObject({
      switchover: 2.5,
      'patroni-stopped': 2.5,
      'postmaster-killed': 6.5,
      'leader-lost': 29.5,
      'dcs-majority-lost': 0,
    })
  })

  it('are never below what the lab measured with these values', () => {
    const measured = {
      ...{ switchover: 2.3, 'patroni-stopped': 2.6, 'postmaster-killed': 2.3, 'patroni-hung': 13.3 },
      ...{ 'leader-lost': 26.9, 'haproxy-killed': 1.8, 'haproxy-frozen': 4.1 },
      ...{ 'keepalived-lost': 1.31 },
    }
    const bounds = secondsOf(tuned)
    // 2.6 s for a stopped Patroni is the one figure above its formula, by a tenth: the shutdown was slower than 1 s.
    for (const [fault, seconds] of Object.entries(measured)) {
      expect(bounds[fault as FaultClass] ?? 0, fault).toBeGreaterThanOrEqual(seconds - 0.1)
    }
  })

  it('show the formula and the numbers put in', () => {
    const lost = worstCases(tuned).find(({ fault }) => fault === 'leader-lost')
    expect(lost).toEqual({
      fault: 'leader-lost',
      seconds: 29.5,
      formula: 'E + T + race + P + H',
      values: '4 + 20 + 4 + 1 + 0.5',
    })
  })

  it.each([article, tuned])('explain every letter of every formula', (timings) => {
    const words = worstCases(timings, 'quorum').flatMap(({ formula }) => formula.match(/[A-Za-z_]+/g) ?? [])
    const explained = [...Object.keys(symbols), 'failsafe_mode', 'fall', 'fastinter', 'the', 'fault']
    expect(words.filter((word) => !explained.includes(word))).toEqual([])
  })

  it('count a killed Patroni as nothing only where HAProxy waits long enough for its return', () => {
    expect(secondsOf(tuned)['patroni-killed']).toBe(2.5)
    const patient = { ...tuned, haproxy: { ...tuned.haproxy, fall: 3, fastinter_ms: 1000 } }
    expect(secondsOf(patient)['patroni-killed']).toBe(0)
    const found = worstCases(patient, 'on').find(({ fault }) => fault === 'patroni-killed')
    expect(found).toMatchObject({ formula: 'L', seconds: patient.patroni.loop_wait })
    const hasty = { ...tuned, patroni: { ...tuned.patroni, loop_wait: 1 } }
    const cutOff = worstCases(hasty, 'on').find(({ fault }) => fault === 'patroni-killed')
    expect(cutOff).toMatchObject({ formula: 'start + H', seconds: 2.5 })
  })

  it('are longer where a slow VRRP moves the address later than Patroni finds a leader', () => {
    const slow = { ...tuned, keepalived: { ...keepalived, advert_seconds: 10 } }
    const lost = worstCases(slow).find(({ fault }) => fault === 'leader-lost')
    expect(lost).toMatchObject({ seconds: 36.09, formula: '3 * a + skew' })
  })

  it('have no virtual address to lose where there is none', () => {
    const faults = worstCases({ ...tuned, keepalived: undefined }).map(({ fault }) => fault)
    expect(faults).not.toContain('keepalived-lost')
    expect(faults).not.toContain('haproxy-killed')
  })
})

describe('the default', () => {
  const timings = timingsOf(hostsOf(inventory()))

  it('bounds what people wait for', () => {
    expect(secondsOf(timings)).toMatchObject({
      switchover: 2.5,
      'patroni-killed': 0,
      'postmaster-killed': 4.5,
      'leader-lost': 29.5,
      'keepalived-lost': 1.61,
      'dcs-server-lost': 0,
      'dcs-majority-lost': 0,
    })
  })
})

describe('the timings of a site', () => {
  it('are its settings, and the lowest priority', () => {
    const { patroni, haproxy, keepalived } = timingsOf(hostsOf(inventory('', '    ttl: 25')))
    expect([patroni.ttl, haproxy.inter_ms, keepalived?.priority]).toEqual([25, 1000, 101])
  })

  it('have no virtual address without the role', () => {
    const hosts = hostsOf(inventory('  roles: [consul, postgres, patroni, haproxy]'))
    expect(timingsOf(hosts).keepalived).toBeUndefined()
  })

  it('counts what the commits of a quorum wait for, wherever another leader comes', () => {
    const without = secondsOf(tuned)
    // A killed Patroni leads on when it is back; what that costs is told above.
    const quorum = worstCases(tuned, 'quorum').filter(({ fault }) => fault !== 'patroni-killed')
    const longer = quorum.filter(({ fault, seconds }) => seconds > (without[fault] ?? 0))

    expect(longer.map(({ fault }) => fault)).toEqual([
      'switchover',
      'patroni-stopped',
      'patroni-hung',
      'leader-lost',
    ])
    expect(longer.every(({ fault, seconds }) => seconds - (without[fault] ?? 0) === 2.5)).toBe(true)
  })
})
