import * as z from 'zod'
import { didYouMean } from './did-you-mean.ts'
import type { Path } from './tree.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What the schema knows about its places: which keys there are, what a field is for. */
export interface SchemaHints {
  unknownKey(section: Path, key: string): string | undefined
  /** What the field is for. */
  purpose(path: Path): string | undefined
  /** Keys that a section cannot do without. */
  requiredKeys(section: Path): readonly string[]
  /** The field or section at a path, if there is one. */
  field(path: Path): { readonly default?: unknown } | undefined
}

/** Reads the hints off the JSON Schema, zod's public picture of itself. */
export function schemaHints(schema: z.ZodType): SchemaHints {
  const root: JsonSchema = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  return {
    unknownKey: (section, key) => didYouMean(key, Object.keys(at(root, section)?.properties ?? {})),
    purpose: (path) => at(root, path)?.description,
    requiredKeys: (section) => at(root, section)?.required ?? [],
    field: (path) => at(root, path),
  }
}

function at(root: JsonSchema, path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((schema, step) => schema && childOf(schema, step), root)
}

function childOf(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  const { properties, items } = schema
  const child = typeof step === 'string' ? properties?.[step] : Array.isArray(items) ? items[step] : items
  return typeof child === 'object' ? child : undefined
}
