import { pause } from '../../actions/pause.ts'
import { operationCommand } from '../operation.ts'

/** Takes the cluster out of maintenance mode. */
export const command = operationCommand((options) => pause(options, false))
