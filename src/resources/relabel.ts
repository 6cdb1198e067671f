import { sh } from '../transport/shell.ts'

/** Gives what is new at a path the context that the policy has for it; else it keeps that of its parent. Nothing without SELinux. */
export function relabel(path: string): string {
  return relabelWord(sh(path))
}

/** The same, of a whole tree. */
export function relabelTree(path: string): string {
  return relabelWord(sh(path), '-R ')
}

/** The same of a word that the shell expands, such as `"$home/.ssh"`. */
export function relabelWord(word: string, flags = ''): string {
  return `{ [ ! -e /sys/fs/selinux/enforce ] || ! command -v restorecon >/dev/null 2>&1 || restorecon ${flags}-- ${word}; }`
}
