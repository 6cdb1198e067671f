import type { Setting } from './fault.ts'
import { type Act, type Fault, fault } from './fault.ts'

const keptDown: Act = {
  kind: 'script',
  inject: ({ dcs }: Setting) => `keep_down ${dcs.unit} && systemctl kill -s KILL ${dcs.unit}`,
  heal: ({ dcs }: Setting) => `let_up ${dcs.unit}`,
}

/** The DCS. With failsafe_mode none of these stops writes. */
export const dcsFaults: readonly Fault[] = [
  fault('dcs-agent-lost', "the DCS on the leader's own node is killed and stays down", keptDown, {
    victim: 'leader',
    promised: 'leader-lost',
    lasts: true,
  }),
  fault('dcs-server-lost', 'one server of the DCS, not on the leader, is killed and stays down', keptDown, {
    victim: 'dcs-server',
    promised: 'dcs-server-lost',
    lasts: true,
    mayMove: false,
  }),
  fault('dcs-majority-lost', 'most servers of the DCS are killed and stay down', keptDown, {
    victim: 'dcs-majority',
    promised: 'dcs-majority-lost',
    lasts: true,
    mayMove: false,
    redundancySeconds: 120,
  }),
]
