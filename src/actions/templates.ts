import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Render } from '../render/render.ts'

let renderer: Promise<Render> | undefined

/** The renderer over templates/. Nunjucks takes a while to load: ask early, while the nodes are being reached. */
export function loadRenderer(): Promise<Render> {
  renderer ??= import('../render/render.ts').then((render) => render.renderer(templatesFolder()))
  return renderer
}

/** templates/ lies beside dist/ in a release, and two folders up from the sources. */
function templatesFolder(): string {
  const candidates = ['../templates', '../../templates'].map((path) => join(import.meta.dirname, path))
  return candidates.find((path) => existsSync(path)) ?? 'templates'
}
