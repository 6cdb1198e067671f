import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { wantedOn } from '../../src/roles/index.ts'
import { allowedValues, exists } from './postgresql-parameters.ts'
import { contentOf, contextOf, families, type Family, hostsOf, inventory } from './support.ts'

// Those of the article and of CentOS 7, either side of the changes in 13, and what Debian 12 and 13 bring.
const versions = [9.6, 12, 13, 15, 17] as const

const cases = families.flatMap((family) => versions.map((version) => ({ family, version })))

const golden = join(import.meta.dirname, 'golden-versions')
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

async function wanted(family: Family, version: number) {
  const hosts = hostsOf(inventory(`  postgresql: { version: ${version} }`))
  const context = await contextOf(hosts, 'n1', family)
  // PGDG has 9.6 for EL 7 only.
  const os = { family: 'el', id: 'centos', version: '7', name: 'CentOS Linux 7 (Core)' } as const
  const facts = family === 'el' && version < 13 ? { ...context.facts, os } : context.facts
  return wantedOn({ ...context, facts })
}

interface PatroniYaml {
  readonly bootstrap: {
    readonly dcs: { readonly postgresql: { readonly parameters: Record<string, unknown> } }
  }
  readonly postgresql: { readonly parameters: Record<string, unknown>; readonly pg_hba: readonly string[] }
}

/** What follows the version, for a person to review: packages, units, paths and the configuration of Patroni. */
async function text(family: Family, version: number): Promise<string> {
  const resources = await wanted(family, version)
  const named = resources
    .filter(({ id }) => /^(package|service) postgres/.test(id))
    .map(({ id }) => `# ${id}\n`)
  return [...named, contentOf(resources, '/patroni.yml')].join('')
}

describe.each(cases)('PostgreSQL $version on $family', ({ family, version }) => {
  it('has the packages, units, paths and settings that a person has reviewed', async () => {
    const path = join(golden, `${family}-${version}.yml`)
    const found = await text(family, version)
    if (isUpdate) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, found)
    }
    expect(found, 'UPDATE_GOLDEN=1 takes it over').toBe(readFileSync(path, 'utf8'))
  })

  it('is given only settings, values and methods that it knows', async () => {
    const yaml = parse(contentOf(await wanted(family, version), '/patroni.yml')) as PatroniYaml
    const settings = { ...yaml.bootstrap.dcs.postgresql.parameters, ...yaml.postgresql.parameters }
    expect(Object.keys(settings).filter((name) => !exists(name, version))).toEqual([])
    for (const [name, value] of Object.entries(settings)) {
      const allowed = allowedValues(name, version)
      if (allowed !== undefined) expect(allowed, name).toContain(value)
    }
    const methods = new Set(yaml.postgresql.pg_hba.map((line) => line.split(' ').at(-1)))
    expect([...methods].toSorted()).toEqual(['peer', version < 10 ? 'md5' : 'scram-sha-256'].toSorted())
  })
})
