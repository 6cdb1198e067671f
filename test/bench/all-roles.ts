import { articleLab, prepareNodes } from '../e2e/article/site.ts'
import type { Lab } from '../lab/lab.ts'
import { type Figure, inTurn, timed } from './measure.ts'

/** What is measured with all roles of the article on, in turn. */
export interface AllRoles {
  /** An apply with nothing to do. */
  readonly noop: Figure
  /** The same for one resource a node, which one builtin of the shell reads: start, login, root and facts, and no more. */
  readonly login: Figure
  readonly floor: Figure
}

/** `apply` makes the command of an inventory, `floor` is a command. */
export async function measureAllRoles(
  lab: Lab,
  apply: (inventory: string) => string,
  floor: string,
  runs: number,
): Promise<AllRoles> {
  // Nobody is told anything: the address does not move.
  const all = await articleLab(lab, `http://${lab.prefix}.1:9`)
  await prepareNodes(all)
  const noop = apply(all.inventoryPath)
  await timed(noop)
  const figures = await inTurn([noop, `${noop} --tags hostname`, floor], runs)
  return { noop: figures[0], login: figures[1], floor: figures[2] }
}
