import { upgrade } from '../../actions/upgrade.ts'
import { InputError } from '../../shared/errors.ts'
import { operationCommand } from '../operation.ts'
import { flagOption } from '../raw.ts'

/** Upgrades packages within the major version. */
export const command = operationCommand((options, { raw }) => {
  if (flagOption(raw, 'minor')) return upgrade(options)
  throw new InputError([
    {
      message: 'pgha upgrade needs --minor',
      hint: 'another major version of PostgreSQL is not a matter of packages',
    },
  ])
})
