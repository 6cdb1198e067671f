import type { Path } from './tree.ts'

/** `patroni.tags`, `ssh.key_files[0]`, `groups["my group"]`: as one would write it, on one line whatever the keys are. */
export function pathText(path: Path): string {
  return path.map(stepText).join('').replace(/^\./, '')
}

/** A name as it is, or in quotes when it would be hard to make out in a sentence. */
export function nameText(name: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(name) ? name : JSON.stringify(name)
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[A-Za-z0-9_-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}
