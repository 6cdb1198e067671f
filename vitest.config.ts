import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Scenarios share one lab: they run in the order of their names. */
class ByName extends BaseSequencer {
  override sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    return Promise.resolve(files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)))
  }
}

// On a machine that others load, a test may be late; the reporter names each that needed a second try.
const retry = process.env['CI'] === 'true' ? 2 : 0

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'node_modules/**'],
          testTimeout: 60_000,
          retry,
        },
      },
      {
        test: {
          name: 'e2e',
          // What every submission has to pass; the rest is the project below.
          include: ['test/e2e/0[1-4]-*.test.ts', 'test/e2e/20-*.test.ts', 'test/e2e/transport.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
})
