import { articleLab, prepareNodes } from '../e2e/article/site.ts'
import type { Lab } from '../lab/lab.ts'
import { type Figure, inTurn, timed } from './measure.ts'

/** An apply with nothing to do, with all roles of the article on, and the floor beside it, in turn. */
export async function measureAllRoles(
  lab: Lab,
  apply: (inventory: string) => string,
  floor: string,
  runs: number,
): Promise<readonly [Figure, Figure]> {
  // Nobody is told anything: the address does not move.
  const all = await articleLab(lab, `http://${lab.prefix}.1:9`)
  await prepareNodes(all)
  await timed(apply(all.inventoryPath))
  return inTurn(apply(all.inventoryPath), floor, runs)
}
