import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { refuseOtherData } from '../../src/actions/other-data.ts'
import type { Change, Plan } from '../../src/engine/plan.ts'
import { PghaError } from '../../src/shared/errors.ts'
import { type Sandbox, sandbox } from '../resources/support.ts'
import { hostsOf, inventory } from '../roles/support.ts'
import { shells } from '../support/fake-connection.ts'
import { surveyed } from './support.ts'

const planned = (role: string): Plan => ({
  changes: [{ host: 'n1', role } as Change],
  hosts: 1,
  resources: 1,
})

describe.each(shells)('data of PostgreSQL on a node, by %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  const data = (name: string, version: string) => node.write(`${name}/PG_VERSION`, `${version}\n`)

  /** Patroni's unit reads a configuration with this folder, as those of others do. */
  function configured(name: string, written = `data_dir: "${node.path(name)}"`) {
    const config = node.write('patroni/postgres.yml', `postgresql:\n  ${written}\n  bin_dir: /x\n`)
    const line = `ExecStart={ path=/usr/bin/patroni ; argv[]=/usr/bin/patroni ${config} ; pid=7 }`
    node.program('systemctl', `echo '${line}'`)
  }

  /** The refusal, when the inventory has this version and folder. */
  async function refusal(version: string, folder: string, plan = planned('patroni')) {
    const [loaded] = hostsOf(inventory(`  postgresql: { version: ${version} }`))
    if (loaded === undefined) throw new Error('no host')
    // No inventory may name a folder below /tmp.
    const postgresql = { ...loaded.vars.postgresql, data_dir: node.path(folder) }
    const host = { ...loaded, vars: { ...loaded.vars, postgresql } }
    const nodes = [await surveyed(host, node.connection)]
    return refuseOtherData(nodes, plan, 1).then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof PghaError ? thrown : Promise.reject(thrown as Error)),
    )
  }

  it.each(['17', '9.6'])('of version %s is accepted where it is wanted', async (version) => {
    configured('main')
    data('main', version)
    expect(await refusal(version, 'main')).toBeUndefined()
  })

  it('is none on a bare node, and on one that is only prepared', async () => {
    node.program('systemctl', 'exit 1')
    expect(await refusal('15', 'main')).toBeUndefined()
    configured('main')
    expect(await refusal('15', 'other')).toBeUndefined()
  })

  it('of another major version is refused, with what is there and what to do', async () => {
    configured('17/main')
    data('17/main', '17')
    const error = await refusal('15', '15/main')
    expect(error).toMatchObject({
      kind: 'refused',
      message: `has the data of PostgreSQL 17 in ${node.path('17/main')}, and the inventory says postgresql.version: 15`,
      context: { host: 'n1', source: { line: 9 } },
    })
    expect(error?.context.hint).toMatch(/^set postgresql\.version: 17\. .*pg_upgrade.* second cluster/)
  })

  it.each([
    ['17', '15'],
    ['15', '17'],
  ])('of version %s in the folder of the inventory is refused for %s', async (there, wanted) => {
    node.program('systemctl', 'exit 1')
    data('main', there)
    expect((await refusal(wanted, 'main'))?.message).toContain(`PostgreSQL ${there} in`)
  })

  it.each(['data_dir: %', "data_dir: '%'", 'data_dir: %  # here', 'data_dir:   "%"'])(
    'in another folder is refused: %s',
    async (written) => {
      configured('theirs', written.replace('%', node.path('theirs')))
      data('theirs', '17')
      expect(await refusal('17', 'main')).toMatchObject({
        message: `has the data of PostgreSQL 17 in ${node.path('theirs')}, and the inventory says ${node.path('main')}`,
        context: {
          hint: expect.stringContaining(`set postgresql.data_dir: ${node.path('theirs')}`) as string,
        },
      })
      expect(await refusal('17', 'theirs')).toBeUndefined()
    },
  )

  it('by another name of the same folder is the same', async () => {
    data('theirs', '17')
    node.program('systemctl', 'exit 1')
    configured('theirs/../theirs/')
    expect(await refusal('17', 'theirs')).toBeUndefined()
  })

  it('that pg_upgrade has left behind may stay, unless it is still in use', async () => {
    configured('15/main')
    data('15/main', '15')
    data('17/main', '17')
    expect(await refusal('17', '17/main')).toBeUndefined()

    mkdirSync(node.path('15/main'), { recursive: true })
    const program = node.path('programs/postgres')
    mkdirSync(node.path('programs'), { recursive: true })
    copyFileSync('/bin/sleep', program)
    const postmaster = spawn(program, ['60'])
    try {
      node.write('15/main/postmaster.pid', `${postmaster.pid}\n${node.path('15/main')}\n`)
      expect((await refusal('17', '17/main'))?.message).toContain('runs PostgreSQL 15 in')
    } finally {
      postmaster.kill()
    }
  })

  it('is not looked for when nothing of PostgreSQL changes', async () => {
    configured('theirs')
    data('theirs', '17')
    expect(await refusal('15', 'main', planned('haproxy'))).toBeUndefined()
    expect(node.scripts).toEqual([])
  })
})
