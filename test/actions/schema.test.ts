import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { jsonSchema } from '../../src/actions/schema.ts'
import { SiteVars } from '../../src/roles/site.ts'
import { soundSite } from '../inventory/support.ts'

/** The schema as a validator, by way of zod's own reader of JSON Schema. */
const validator = (kind: 'inventory' | 'vars') => z.fromJSONSchema({ ...jsonSchema(kind) })

// An editor sees the text behind `!env` and no tag.
const yaml = (text: string): unknown =>
  parse(text, { customTags: [{ tag: '!env', resolve: (name: string) => name }] })

describe('the JSON Schema', () => {
  it('is draft 7, and has every section', () => {
    const { $schema, definitions } = z
      .object({
        $schema: z.string(),
        definitions: z.object({ vars: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
      })
      .parse(jsonSchema('inventory'))
    expect($schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(Object.keys(definitions.vars.properties)).toEqual(Object.keys(SiteVars.shape))
  })

  it.each([
    ['the example', readFileSync('inventory.example.yaml', 'utf8')],
    ['a small site', soundSite],
    ['empty sections', 'vars:\ngroups:\n  pgsql:\n    vars:\n    hosts: { n1: }\n'],
    [
      'a password from the environment, whose name is longer than it may be',
      'vars: { keepalived: { vrrp_secret: !env VRRP_SECRET } }\n',
    ],
  ])('takes %s', (_, text) => {
    expect(validator('inventory').safeParse(yaml(text)).error).toBeUndefined()
  })

  it.each([
    ['a wrong key', 'vars: { patronni: {} }\n'],
    ['a wrong key at the top', 'hosts: {}\n'],
    ['a wrong kind', 'vars: { haproxy: { maxconn: many } }\n'],
    ['a wrong address', 'groups: { g: { hosts: { n1: { address: 300.1.1.1 } } } }\n'],
  ])('refuses %s', (_, text) => {
    expect(validator('inventory').safeParse(yaml(text)).success).toBe(false)
  })

  it('knows files of variables, too', () => {
    expect(validator('vars').safeParse(yaml('patroni: { scope: main }\n')).success).toBe(true)
    expect(validator('vars').safeParse(yaml('groups: {}\n')).success).toBe(false)
  })
})
