import { PghaError } from '../../shared/errors.ts'
import type { Resource } from '../../engine/resource.ts'
import { absentFile } from '../../resources/absent-file.ts'
import { guardedCommand } from '../../resources/command.ts'
import { cronJob } from '../../resources/cron.ts'
import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { timezone } from '../../resources/timezone.ts'
import type { Role, RoleContext } from '../role.ts'
import { type ClockLayout, clockLayout } from './layout.ts'
import { NtpVars } from './vars.ts'

/** Time zone and clock: Patroni leases the leadership by wall clock. */
export const ntp: Role = {
  name: 'ntp',
  tags: ['ntpd', 'tz', 'tweaks'],
  section: 'ntp',
  optional: true,

  resources(context) {
    const vars = context.host.vars.ntp ?? NtpVars.parse({})
    const layout = clockLayout(context.family)
    const keeper = vars.method === 'chrony' ? chrony : ntpdate
    return [
      ...packages(context.family, ['tzdata']),
      timezone(vars.timezone),
      // A unit that is not there is as stopped as it can be.
      ...layout.rivals[vars.method].map((unit) => service({ unit, running: false })),
      ...formerJobs,
      ...keeper(context, vars, layout),
    ]
  },
}

const jobName = 'pgha-ntpdate'

// Where crontab keeps root's on Debian and on EL.
const crontabs = ['/var/spool/cron/crontabs/root', '/var/spool/cron/root']

// What Ansible's module cron left in root's crontab, or a hand in /etc/cron.d: the clock would be set twice.
const formerJobs: readonly Resource[] = [
  absentFile('/etc/cron.d/ntpdate'),
  guardedCommand({
    name: "no ntpdate in root's crontab",
    guard: crontabs
      .map((path) => `{ [ ! -e ${path} ] || ! grep -qsx '#Ansible: ntpdate' ${path}; }`)
      .join(' && '),
    run: "crontab -u root -l | sed '/^#Ansible: ntpdate$/,+1d' | crontab -u root -",
  }),
]

function chrony({ family, render }: RoleContext, vars: NtpVars, layout: ClockLayout): readonly Resource[] {
  const { path, variable, own } = layout.chronyOptions
  const config = file({
    path: layout.chronyConfig,
    content: render('ntp/chrony.conf.njk', { pools: vars.pools, drift_file: layout.chronyDrift }),
  })
  const words = [own, vars.chrony_options].filter(Boolean).join(' ')
  const options =
    vars.chrony_options === undefined
      ? []
      : [file({ path, content: `# Written by pgha.\n${variable}="${words}"\n` })]
  return [
    absentFile(`/etc/cron.d/${jobName}`),
    ...packages(family, ['chrony']),
    config,
    ...options,
    service({ unit: layout.chronyUnit, restartOn: [config, ...options] }),
  ]
}

function ntpdate({ family, facts, host }: RoleContext, vars: NtpVars, layout: ClockLayout) {
  if (family === 'el' && Number.parseInt(facts.os.version, 10) > 7) {
    const source = host.sourceOf(['ntp', 'method'])
    throw new PghaError('input', `${facts.os.name} has no ntpdate any more`, {
      host: host.name,
      hint: 'set ntp.method: chrony',
      ...(source === undefined ? {} : { source }),
    })
  }
  const job = cronJob({
    name: jobName,
    schedule: '*/5 * * * *',
    user: 'root',
    command: `/usr/sbin/ntpdate ${vars.pools.join(' ')} >/dev/null 2>&1`,
    // cron reads the time zone when it starts: a new one is a restart of it.
    comment: `Sets the clock every five minutes. Time zone: ${vars.timezone}.`,
  })
  return [
    ...packages(family, [layout.cronPackage, layout.ntpdatePackage]),
    job,
    service({ unit: layout.cronUnit, restartOn: [job] }),
  ]
}
