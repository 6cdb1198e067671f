import { failover } from '../../actions/failover.ts'
import { operationCommand } from '../operation.ts'

/** Makes a replica the leader when there is none. */
export const command = operationCommand((options, { to }) => failover({ ...options, to }))
