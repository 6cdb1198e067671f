import { switchover } from '../../actions/switchover.ts'
import { operationCommand } from '../operation.ts'

/** Hands the leadership over in good order. */
export const command = operationCommand((options, { to, at }) => switchover({ ...options, to, at }))
