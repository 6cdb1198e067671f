import { restart } from '../../actions/restart.ts'
import { operationCommand } from '../operation.ts'

/** Restarts PostgreSQL in turn. */
export const command = operationCommand((options, { member, rolling }) =>
  restart({ ...options, member, rolling }),
)
