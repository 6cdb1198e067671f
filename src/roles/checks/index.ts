import type { Problem } from '../../shared/errors.ts'
import { distinctAccounts, distinctPasswords } from './accounts.ts'
import { duplicateAddresses, impossibleAddresses } from './addresses.ts'
import type { Check, CheckedSite } from './check.ts'
import { connectionsFit } from './connections.ts'
import { oneDcs, patroniHasEtcd } from './dcs-choice.ts'
import { repeatedDcsKeys, unknownDcsKeys } from './dcs-keys.ts'
import { fewDcsServers, noDcsServer } from './dcs-servers.ts'
import { distinctPriorities, keepalivedSection } from './keepalived.ts'
import { duplicateNodeNames } from './node-names.ts'
import { controlledParameters, parametersOfVersion, walLevel } from './parameters.ts'
import { portCollisions } from './ports.ts'
import { hasMembers, patroniHasConsul, rolesFit, singleMember } from './roles-fit.ts'
import { hastyFailover, openToTheWorld } from './safety.ts'
import { sameEverywhere } from './same-everywhere.ts'
import { enoughStandbys, quorumVersions } from './synchronous.ts'
import { fencing, patroniTimeouts, thinFencing } from './timing.ts'
import { vipFits } from './vip.ts'

const errorChecks: readonly Check[] = [
  duplicateAddresses,
  impossibleAddresses,
  duplicateNodeNames,
  vipFits,
  keepalivedSection,
  distinctPriorities,
  patroniTimeouts,
  hasMembers,
  rolesFit,
  patroniHasConsul,
  oneDcs,
  patroniHasEtcd,
  noDcsServer,
  portCollisions,
  sameEverywhere,
  enoughStandbys,
  quorumVersions,
  repeatedDcsKeys,
  controlledParameters,
  parametersOfVersion,
  walLevel,
  distinctAccounts,
]

/** What pgha does not build, but a cluster that others have built may be. */
const unsafeChecks: readonly Check[] = [fencing]

const warningChecks: readonly Check[] = [
  singleMember,
  fewDcsServers,
  thinFencing,
  connectionsFit,
  unknownDcsKeys,
  distinctPasswords,
  openToTheWorld,
  hastyFailover,
]

/** What makes the site wrong. Sections that the schema refused are passed over. */
export function siteErrors(site: CheckedSite): readonly Problem[] {
  return errorChecks.flatMap((check) => check(site))
}

/** What makes it unsafe: an error for who builds it, a warning for who only looks at it. */
export function siteDangers(site: CheckedSite): readonly Problem[] {
  return unsafeChecks.flatMap((check) => check(site))
}

/** What may be meant, but should be known. */
export function siteWarnings(site: CheckedSite): readonly Problem[] {
  return warningChecks.flatMap((check) => check(site))
}
