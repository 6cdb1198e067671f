import * as z from 'zod'

import { SiteVars } from '../roles/site.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What a file is: the inventory itself, or variables as in group_vars/ and host_vars/. */
export type SchemaKind = 'inventory' | 'vars'

/** JSON Schema (draft 7) for editors. Nothing is required: a node has its variables from several places. */
export function jsonSchema(kind: SchemaKind): Readonly<Record<string, unknown>> {
  const draft = { $schema: 'http://json-schema.org/draft-07/schema#' }
  if (kind === 'vars') return { ...draft, ...varsSchema() }
  // References inside lead to the root, wherever the definition stood.
  const { definitions, ...ofVars } = varsSchema()
  const vars = { $ref: '#/definitions/vars' }
  const group = section({
    vars: { ...vars, description: 'variables of all hosts of the group' },
    hosts: {
      type: ['object', 'null'],
      additionalProperties: vars,
      description: 'hosts, with their own variables',
    },
    absent: absentSection(vars),
    children: { type: ['array', 'null'], items: { type: 'string' }, description: 'groups inside this one' },
  })
  return {
    ...draft,
    title: 'Inventory of pgha',
    ...section({
      vars: { ...vars, description: 'variables of all hosts' },
      groups: { type: 'object', additionalProperties: group, description: 'groups of hosts, by name' },
      absent: absentSection(vars),
    }),
    definitions: { ...Definitions.parse(definitions), vars: ofVars },
  }
}

const Definitions = z.record(z.string(), z.unknown()).default({})

function absentSection(vars: JsonSchema): JsonSchema {
  const description = 'hosts that are to leave the cluster, or have left it, with their own variables'
  return { type: ['object', 'null'], additionalProperties: vars, description }
}

function section(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: ['object', 'null'], additionalProperties: false, properties }
}

function varsSchema(): JsonSchema {
  const schema: JsonSchema = z.toJSONSchema(SiteVars, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: found }) => {
      delete found.required
      // Of `!env NAME`, editors check the name, which is no password.
      if (zodSchema._zod.def.type === 'pipe') withoutForm(found)
      if (found.type === 'object') found.type = ['object', 'null']
    },
  })
  delete schema.$schema
  return schema
}

function withoutForm(schema: JsonSchema): void {
  delete schema.pattern
  delete schema.allOf
  delete schema.minLength
  delete schema.maxLength
}
