// Bundles src/ into dist/: one file starts in about half the time of 300 small ones (research: libraries.md 7).
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import nunjucks from 'nunjucks'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

/** zod brings its messages in 64 languages, a fifth of the bundle; pgha speaks English. */
const englishOnly = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
  },
}

/**
 * Of ssh2 its server, its agents for HTTP and its making of keys stay out: they load http, https and tls, which takes 5 ms.
 * cpu-features chooses between ciphers by a native addon that is not in the bundle.
 */
const clientOnly = {
  name: 'client-only',
  setup(bundler) {
    bundler.onLoad({ filter: /ssh2\/lib\/(server|http-agents|keygen)\.js$/ }, () => ({
      contents: 'module.exports = {}',
    }))
    bundler.onResolve({ filter: /^cpu-features$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    bundler.onLoad({ filter: /./, namespace: 'absent' }, () => ({
      contents: 'module.exports = () => undefined',
    }))
  },
}

/** What yargs lays its help out with takes 20 ms to load: only for those who ask for help. */
const helpOnDemand = {
  name: 'help-on-demand',
  setup(bundler) {
    bundler.onResolve({ filter: /^(cliui|string-width)$/ }, ({ path, importer, resolveDir }) =>
      importer.endsWith('esm.mjs') ? { path, namespace: 'on-demand', pluginData: resolveDir } : undefined,
    )
    bundler.onLoad({ filter: /./, namespace: 'on-demand' }, ({ path, pluginData }) => ({
      contents: `export default (...words) => require('${path}').default(...words)`,
      resolveDir: pluginData,
    }))
  },
}

/** Compiling the templates takes 30 ms of each run: src/render/precompiled.ts gets them compiled. */
const precompiled = {
  name: 'precompiled',
  setup(bundler) {
    bundler.onLoad({ filter: /render\/precompiled\.ts$/ }, () => {
      const options = JSON.parse(readFileSync('src/render/nunjucks.json', 'utf8'))
      const names = readdirSync('templates', { recursive: true }).filter((name) => name.endsWith('.njk'))
      const entries = names.map((name) => compiledTemplate(name, new nunjucks.Environment(null, options)))
      return { contents: `export const precompiled = {\n${entries.join(',\n')}\n}` }
    })
  },
}

function compiledTemplate(name, env) {
  const source = readFileSync(`templates/${name}`, 'utf8')
  const hash = createHash('sha256').update(source).digest('hex')
  const wrapper = ([{ template }]) => template
  return `${JSON.stringify(hash)}: () => {\n${nunjucks.precompileString(source, { name, env, wrapper })}\n}`
}

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { pgha: 'src/cli/main.ts', program: 'src/cli/run.ts' },
  outdir: 'dist',
  bundle: true,
  // CommonJS: only scripts can be given a code cache (src/cli/code-cache.ts).
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // What vm runs may not import: Node's own modules are required, too.
  supported: { 'dynamic-import': false },
  minify: true,
  legalComments: 'none',
  plugins: [englishOnly, clientOnly, helpOnDemand, precompiled],
  external: ['*.node', 'pg-native'],
  define: {
    PGHA_VERSION: JSON.stringify(version),
    'import.meta.dirname': '__dirname',
    'import.meta.url': '__fileUrl',
  },
  banner: { js: "const __fileUrl=require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
})
// One character beyond ASCII, and V8 keeps all of the source with two bytes each: 5 ms at each start.
const foreign = /[^\0-\x7f]/.exec(readFileSync('dist/program.js', 'utf8'))
if (foreign !== null) throw new Error(`dist/program.js is not ASCII: write ${foreign[0]} as an escape`)
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')
chmodSync('dist/pgha.js', 0o755)
