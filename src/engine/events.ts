/** What happens during a run, as plain values; a report makes lines of them, the log file keeps them. */
export type Event =
  | { readonly kind: 'run-start'; readonly runId: string; readonly command: string }
  | { readonly kind: 'connected'; readonly host: string; readonly ms: number }
  | { readonly kind: 'stage'; readonly stage: string; readonly hosts: readonly string[] }
  | { readonly kind: 'step-start'; readonly host: string; readonly what: string }
  | {
      readonly kind: 'step-end'
      readonly host: string
      readonly what: string
      readonly code: number
      readonly ms: number
    }
  /** The connection broke: nobody knows how far the step came. */
  | { readonly kind: 'step-lost'; readonly host: string; readonly what: string; readonly ms: number }
  | { readonly kind: 'gate-wait'; readonly gate: string; readonly waitingFor: string; readonly ms: number }
  | { readonly kind: 'gate-open'; readonly gate: string; readonly ms: number }
  /** What goes on at this moment; the next one takes its place. */
  | { readonly kind: 'live'; readonly text: string }
  /** A figure that changes all the time: drawn over itself on a terminal, and nowhere else. */
  | { readonly kind: 'pulse'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  /** How the command ended; with what it ended in, if not well. */
  | { readonly kind: 'run-end'; readonly code: number; readonly error?: unknown }

export type Emit = (event: Event) => void
