import type { Plain } from './plain.ts'
import { type Place, type Placed, type Setting, type Translation, dotted } from './translation.ts'

/** What every cluster needs and an import cannot make up. */
const needed: readonly (readonly [string, string])[] = [
  ['patroni.scope', 'the name of the cluster in the DCS'],
  ['patroni.rest_password', "the password of Patroni's REST API"],
  ['patroni.superuser_password', 'the password of the superuser'],
  ['patroni.replication_password', 'the password of the replication role'],
]

/** Adds what pgha needs and Ansible's files do not say: a place to fill in, or a value where any will do. */
export function complete(translation: Translation, newSecret: () => string): Translation {
  const holes = needed
    .filter(([path]) => !has(translation, path))
    .map(([path, what]) => placed(translation.home, hole(path, what)))
  const settings = [...translation.settings, ...holes]
  return { ...translation, settings: [...settings, ...keepalived({ ...translation, settings }, newSecret)] }
}

/** Whether the operator has to fill something in. */
export function isHole({ value, environment }: Setting): boolean {
  return value === null && environment === undefined
}

function keepalived(translation: Translation, newSecret: () => string): readonly Placed<Setting>[] {
  const { home } = translation
  if (!translation.settings.some(({ item }) => item.path[0] === 'keepalived')) {
    const remark = 'without keepalived: no virtual address was found'
    return [placed(home, made('roles', ['consul', 'postgres', 'patroni', 'haproxy'], remark))]
  }
  const vip = has(translation, 'keepalived.vip') ? [] : [hole('keepalived.vip', 'the virtual address')]
  const secret = has(translation, 'keepalived.vrrp_secret')
    ? []
    : [{ ...made('keepalived.vrrp_secret', newSecret(), 'made up: any will do'), isSecret: true }]
  return [...[...vip, ...secret].map((item) => placed(home, item)), ...priorities(translation)]
}

// Each node needs its own; with equal ones, two could hold the virtual address at once.
function priorities(translation: Translation): readonly Placed<Setting>[] {
  const given = translation.settings.filter(({ item }) => dotted(item.path) === 'keepalived.priority')
  if (given.some(({ place }) => place.kind !== 'host')) return []
  const taken = new Set(given.map(({ item }) => item.value))
  const free = Array.from({ length: 254 }, (_, index) => ((index + 99) % 254) + 1).filter(
    (one) => !taken.has(one),
  )
  return translation.hosts
    .filter((host) => !given.some(({ place }) => place.name === host))
    .flatMap((host, index) => {
      const value = free[index]
      if (value === undefined) return []
      return [
        placed(
          { kind: 'host', name: host },
          made('keepalived.priority', value, 'made up: each node needs its own'),
        ),
      ]
    })
}

function has({ settings }: Translation, path: string): boolean {
  return settings.some(({ item }) => dotted(item.path) === path)
}

function hole(path: string, remark: string): Setting {
  return { ...made(path, null, remark), from: 'nothing' }
}

function made(path: string, value: Plain, remark: string): Setting {
  return { path: path.split('.'), value, from: 'pgha', source: undefined, isSecret: false, remark }
}

function placed(place: Place, item: Setting): Placed<Setting> {
  return { place, item }
}
