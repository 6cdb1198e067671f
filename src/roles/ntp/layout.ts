import type { Family } from '../../resources/package/package.ts'

/** Where a family of distributions keeps the clock's programs. */
export interface ClockLayout {
  readonly chronyUnit: string
  readonly chronyConfig: string
  readonly chronyDrift: string
  /** Options of chronyd, and the variable that its unit reads them from. */
  readonly chronyOptions: { readonly path: string; readonly variable: string; readonly own: string }
  readonly cronPackage: string
  readonly cronUnit: string
  readonly ntpdatePackage: string
  /** Other keepers of the clock: two at once pull it back and forth. */
  readonly rivals: { readonly chrony: readonly string[]; readonly ntpdate: readonly string[] }
}

export function clockLayout(family: Family): ClockLayout {
  return layouts[family]
}

const layouts: Record<Family, ClockLayout> = {
  debian: {
    chronyUnit: 'chrony.service',
    chronyConfig: '/etc/chrony/chrony.conf',
    chronyDrift: '/var/lib/chrony/chrony.drift',
    chronyOptions: { path: '/etc/default/chrony', variable: 'DAEMON_OPTS', own: '-F 1' },
    cronPackage: 'cron',
    cronUnit: 'cron.service',
    ntpdatePackage: 'ntpsec-ntpdate',
    rivals: {
      chrony: ['ntp.service', 'ntpsec.service', 'systemd-timesyncd.service'],
      ntpdate: ['ntp.service', 'ntpsec.service', 'chrony.service', 'systemd-timesyncd.service'],
    },
  },
  el: {
    chronyUnit: 'chronyd.service',
    chronyConfig: '/etc/chrony.conf',
    chronyDrift: '/var/lib/chrony/drift',
    chronyOptions: { path: '/etc/sysconfig/chronyd', variable: 'OPTIONS', own: '' },
    cronPackage: 'cronie',
    cronUnit: 'crond.service',
    ntpdatePackage: 'ntpdate',
    rivals: { chrony: ['ntpd.service'], ntpdate: ['ntpd.service', 'chronyd.service'] },
  },
}
