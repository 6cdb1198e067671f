import type { Disruption } from '../engine/disruption.ts'
import type { Palette } from './palette.ts'

/** What `intentText` shows. */
export interface IntentReport {
  readonly title: string
  readonly steps: readonly string[]
  readonly disturbs: string
  readonly disruption: Disruption
}

/** What an operation will do and whom it disturbs, as asked before it is done. */
export function intentText({ title, steps, disturbs, disruption }: IntentReport, colors: Palette): string {
  if (steps.length === 0) return `${colors.bold(`pgha ${title}`)} · nothing to do\n`
  return [
    colors.bold(`pgha ${title} · disruption: ${disruption}`),
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    `Disturbed: ${disturbs}.`,
    '',
  ].join('\n')
}
