import { type Fault, fault } from './fault.ts'

const signal = (unit: string, name: string) => () => `systemctl kill -s ${name} ${unit}`
const start = (unit: string) => () => `systemctl start ${unit}`

/** HAProxy and keepalived on the node that holds the VIP. None of them may move the leadership. */
export const balancerFaults: readonly Fault[] = [
  fault(
    'haproxy-kill',
    'HAProxy of the VIP holder is killed; systemd restarts it',
    { kind: 'script', inject: signal('haproxy', 'KILL'), heal: start('haproxy') },
    { victim: 'vip-holder', promised: 'haproxy-killed', mayMove: false },
  ),
  fault(
    'haproxy-freeze',
    'HAProxy of the VIP holder hangs',
    {
      kind: 'script',
      inject: signal('haproxy', 'STOP'),
      heal: () => 'systemctl kill -s CONT haproxy; systemctl start haproxy',
    },
    { victim: 'vip-holder', promised: 'haproxy-frozen', lasts: true, mayMove: false },
  ),
  fault(
    'haproxy-stop',
    'HAProxy of the VIP holder is stopped',
    { kind: 'script', inject: () => 'systemctl stop haproxy', heal: start('haproxy') },
    { victim: 'vip-holder', promised: 'haproxy-killed', lasts: true, mayMove: false },
  ),
  fault(
    'keepalived-kill',
    'keepalived of the VIP holder is killed',
    { kind: 'script', inject: signal('keepalived', 'KILL'), heal: start('keepalived') },
    { victim: 'vip-holder', promised: 'keepalived-lost', lasts: true, mayMove: false },
  ),
  fault(
    'keepalived-stop',
    'keepalived of the VIP holder is stopped',
    { kind: 'script', inject: () => 'systemctl stop keepalived', heal: start('keepalived') },
    { victim: 'vip-holder', promised: 'keepalived-lost', lasts: true, mayMove: false },
  ),
]
