import { createColors } from 'picocolors'

/** Colours, or the same functions without effect. */
export type Palette = ReturnType<typeof createColors>

/** `enabled` is decided by the terminal and the environment, in cli/. */
export function palette(enabled: boolean): Palette {
  return createColors(enabled)
}
