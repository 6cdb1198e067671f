import type { Problem } from '../../shared/errors.ts'
import { readYaml } from '../read-yaml.ts'
import type { Tree } from '../tree.ts'
import { pythonYaml } from './python-yaml.ts'
import type { AnsibleReading } from './reading.ts'
import type { Form } from './rules.ts'
import type { TemplateValue } from './template-files.ts'
import type { Template } from './template-lines.ts'

// Of two rows for one place the first that the template has counts; the second is the form of Patroni before 1.6 or so.
const rows: readonly (readonly [string, string, Form])[] = [
  ['scope', 'patroni.scope', 'text'],
  ['name', 'patroni.node_name', 'text'],
  ['namespace', 'patroni.namespace', 'text'],
  ['restapi.listen', 'patroni.rest_port', 'port behind the colon'],
  ['restapi.authentication.username', 'patroni.rest_user', 'text'],
  ['restapi.authentication.password', 'patroni.rest_password', 'secret'],
  ['restapi.auth', 'patroni.rest_user', 'user before the colon'],
  ['restapi.auth', 'patroni.rest_password', 'password behind the colon'],
  ['bootstrap.dcs.ttl', 'patroni.ttl', 'number'],
  ['bootstrap.dcs.loop_wait', 'patroni.loop_wait', 'number'],
  ['bootstrap.dcs.retry_timeout', 'patroni.retry_timeout', 'number'],
  ['bootstrap.dcs.maximum_lag_on_failover', 'patroni.maximum_lag_on_failover', 'number'],
  ['postgresql.listen', 'postgresql.port', 'port behind the colon'],
  ['postgresql.data_dir', 'postgresql.data_dir', 'text'],
  ['postgresql.bin_dir', 'postgresql.version', 'version in a path'],
  ['postgresql.data_dir', 'postgresql.version', 'version in a path'],
  ['postgresql.authentication.superuser.username', 'patroni.superuser', 'text'],
  ['postgresql.authentication.superuser.password', 'patroni.superuser_password', 'secret'],
  ['postgresql.authentication.replication.username', 'patroni.replication_user', 'text'],
  ['postgresql.authentication.replication.password', 'patroni.replication_password', 'secret'],
  ['postgresql.authentication.rewind.username', 'patroni.rewind_user', 'text'],
  ['postgresql.authentication.rewind.password', 'patroni.rewind_password', 'secret'],
  ['postgresql.superuser.username', 'patroni.superuser', 'text'],
  ['postgresql.superuser.password', 'patroni.superuser_password', 'secret'],
  ['postgresql.replication.username', 'patroni.replication_user', 'text'],
  ['postgresql.replication.password', 'patroni.replication_password', 'secret'],
  ['consul.host', 'consul.external', 'remote consul'],
  ['consul.url', 'consul.external', 'remote consul'],
]

/** What a template of patroni.yml says; nothing when it is no such template. */
export function patroniValues({ notes }: AnsibleReading, { file, text }: Template): readonly TemplateValue[] {
  if (!/^restapi:/m.test(text) || !/^postgresql:/m.test(text)) return []
  const expressions: string[] = []
  const plain = text.replace(/\{\{.*?\}\}/g, (expression) => {
    expressions.push(expression)
    return mark(expressions.length - 1)
  })
  const { tree } = readYaml(plain, { file, env: {}, dialect: pythonYaml(() => ({ ok: false, message: '' })) })
  if (tree === undefined) {
    const message = 'looks like a configuration of Patroni, but is no YAML without its statements: not read'
    notes.push({ message, source: { file, line: 1, column: 1 } })
    return []
  }
  noteTheRest(notes, tree)
  const restored = (value: string): string =>
    value.replace(/JINJA(\d+)JINJA/g, (_, index) => expressions[Number(index)] ?? '')
  return rows.flatMap(([from, to, form]) => {
    const value = from.split('.').reduce<Tree | undefined>(childOf, tree)
    if (value?.kind !== 'scalar' || value.value === null) return []
    const whole = typeof value.value === 'string' ? { ...value, value: restored(value.value) } : value
    return [{ path: to.split('.'), form, value: whole }]
  })
}

// A running cluster keeps them; a new one would be without.
function noteTheRest(notes: Problem[], tree: Tree): void {
  const parameters = ['bootstrap', 'dcs', 'postgresql', 'parameters'].reduce<Tree | undefined>(childOf, tree)
  if (parameters?.kind === 'map' && parameters.entries.size > 0) {
    const names = [...parameters.entries.keys()].join(', ')
    const message = `not taken over: ${names}. A running cluster keeps them in its DCS`
    notes.push({
      message,
      source: parameters.source,
      hint: 'those that pgha should set belong into postgresql.parameters',
    })
  }
  const hba = childOf(childOf(tree, 'postgresql'), 'pg_hba')
  if (hba?.kind !== 'list') return
  const message = 'not taken over: pgha writes pg_hba.conf itself, for the nodes of the cluster'
  notes.push({
    message,
    source: hba.source,
    hint: 'clients belong into postgresql.client_networks or postgresql.hba',
  })
}

function mark(index: number): string {
  return `JINJA${index}JINJA`
}

function childOf(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined
}
