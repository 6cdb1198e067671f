import { switchover } from '../../actions/switchover.ts'
import { operationCommand } from '../operation.ts'
import { flagOption } from '../raw.ts'

/** Hands the leadership over in good order. */
export const command = operationCommand((options, { to, at, raw }) =>
  switchover({ ...options, to, at, cancels: flagOption(raw, 'cancel') }),
)
