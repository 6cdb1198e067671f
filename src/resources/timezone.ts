import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { sh } from '../transport/shell.ts'
import { linksOf, linkTarget } from './link-target.ts'
import { relabel } from './relabel.ts'

export interface TimezoneWant {
  /** As in the zone database: `Europe/Moscow`. */
  readonly zone: string
}

export interface TimezoneState {
  /** Where /etc/localtime leads to; empty for none. */
  readonly zone: string
  /** What /etc/timezone says; undefined where there is no such file, as on EL and since Debian 13. */
  readonly text: string | undefined
}

/** The time zone of the node: the link that the C library follows, and Debian's text beside it where there is one. */
export function timezone(zone: string): Resource {
  return resource(timezoneType, zone, { zone })
}

const localtime = '/etc/localtime'

export const timezoneType: ResourceType<TimezoneWant, TimezoneState> = {
  kind: 'timezone',
  isPlain: true,
  shared: () => [linksOf([localtime])],
  probe: () => '[ -e /etc/timezone ] && { read -r zone </etc/timezone; echo "T|$zone"; }',

  parse(printed, wants) {
    const link = linkTarget(printed, localtime) ?? ''
    const state = { zone: link.replace(/^.*\/zoneinfo\//, ''), text: /^T\|(.*)$/m.exec(printed)?.[1] }
    return wants.map(() => state)
  },

  diff({ zone }, state) {
    if (state.zone !== zone) return { verb: 'update', summary: `${state.zone || 'none'} → ${zone}` }
    if (state.text === undefined || state.text === zone) return undefined
    return { verb: 'update', summary: `/etc/timezone ${state.text || 'empty'} → ${zone}` }
  },

  steps: (todo) =>
    todo.map(({ want: { zone } }) => ({ what: `set the time zone ${zone}`, script: script(zone) })),
}

// A link beside, then renamed: no program ever finds the node without a zone.
function script(zone: string): string {
  const file = sh(`/usr/share/zoneinfo/${zone}`)
  return [
    `[ -f ${file} ] || { echo ${sh(`the node knows no time zone ${zone}`)} >&2; exit 91; }`,
    `ln -sfn ${sh(`../usr/share/zoneinfo/${zone}`)} /etc/.localtime.pgha && mv -fT /etc/.localtime.pgha /etc/localtime || exit`,
    relabel('/etc/localtime'),
    `if [ -e /etc/timezone ]; then printf '%s\\n' ${sh(zone)} >/etc/timezone; fi`,
  ].join('\n')
}
