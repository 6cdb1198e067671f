import { pause } from '../../actions/pause.ts'
import { operationCommand } from '../operation.ts'

/** Takes the cluster into maintenance mode. */
export const command = operationCommand((options) => pause(options, true))
