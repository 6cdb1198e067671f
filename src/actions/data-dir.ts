import { postgresLayout } from '../roles/postgres/layout.ts'
import type { SurveyedNode } from './survey.ts'

/** Where the inventory wants PostgreSQL's data on this node. */
export function dataDirOf({ host, facts }: SurveyedNode): string {
  const { postgresql } = host.vars
  return (
    postgresql.data_dir ??
    postgresLayout(facts.os.family === 'el' ? 'el' : 'debian', postgresql.version).dataDir
  )
}
