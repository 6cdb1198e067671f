import { explainProfiles, explainRto } from '../../actions/explain-rto.ts'
import { profilesText, rtoText } from '../../report/rto-text.ts'
import { InputError } from '../../shared/errors.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { flagOption, textOption } from '../raw.ts'

/** Prints what follows from the inventory. In JSON, an outage that ends only with its fault is null. */
export const command: Command = ({ arguments: { json, raw }, options, print }) => {
  if (textOption(raw, 'subject') !== 'rto') throw new InputError([{ message: 'explain takes rto' }])
  if (flagOption(raw, 'all-profiles')) {
    const profiles = explainProfiles(options)
    print(json ? `${JSON.stringify(profiles, null, 2)}\n` : profilesText(profiles))
    return Promise.resolve(exit.ok)
  }
  const rto = explainRto(options)
  print(json ? `${JSON.stringify(rto, null, 2)}\n` : rtoText(rto))
  return Promise.resolve(exit.ok)
}
