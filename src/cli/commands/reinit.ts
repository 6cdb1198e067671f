import { reinit } from '../../actions/reinit.ts'
import { operationCommand } from '../operation.ts'

/** Clones a replica anew. */
export const command = operationCommand((options, { member }) => reinit({ ...options, member: member ?? '' }))
