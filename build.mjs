// Bundles src/ into dist/: a bundle starts in about half the time of 300 small files (research: libraries.md 7).
import { rmSync, chmodSync, readFileSync } from 'node:fs'
import { build } from 'esbuild'

/** zod brings its messages in 64 languages, a third of the bundle; pgha speaks English. */
const englishOnly = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
  },
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { pgha: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  plugins: [englishOnly],
  external: ['cpu-features', '*.node', 'pg-native'],
  define: { PGHA_VERSION: JSON.stringify(version), __dirname: '__bundleDir' },
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module'",
      'const require = __createRequire(import.meta.url)',
      'const __bundleDir = import.meta.dirname',
    ].join(';'),
  },
  logLevel: 'warning',
})
chmodSync('dist/pgha.js', 0o755)
