// The command line may not see the inventory's floor; both know what was probably meant.
export { nearestName } from '../inventory/did-you-mean.ts'
