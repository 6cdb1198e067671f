/** A rule of a packet filter; all that it says has to match. `pass` leaves the packet to the node's own firewall. */
export interface Rule {
  readonly chain: 'input' | 'output'
  readonly peer?: string
  readonly protocol?: 'tcp' | 'udp'
  readonly port?: { readonly side: 'source' | 'destination'; readonly number: number }
  /** Whose programs send it; of the chain `output` only. */
  readonly owner?: string
  readonly verdict: 'pass' | 'drop'
}

const table = 'pgha_drill'

/**
 * Adds the rules before all others, in a table or chains of their own; loopback is never touched. `unheard` is an
 * address that the node cannot claim meanwhile: a node that is cut off takes the VIP, and its ARP would reach everybody,
 * which no cut cable lets happen. (Only nft can, and not on every kernel.)
 */
export function blockScript(rules: readonly Rule[], unheard?: string): string {
  const of = (chain: Rule['chain']) => rules.filter((rule) => rule.chain === chain).map(nftText)
  return `if command -v nft >/dev/null; then
nft -f - <<'RULES'
table ip ${table} {
  chain input {
    type filter hook input priority -300; policy accept;
    iifname "lo" accept
${of('input').join('\n')}
  }
  chain output {
    type filter hook output priority -300; policy accept;
    oifname "lo" accept
${of('output').join('\n')}
  }
}
RULES
${unheard === undefined ? ':' : silence(unheard)}
else
set -e
for c in INPUT OUTPUT; do iptables -w -N PGHA_$c; done
iptables -w -A PGHA_INPUT -i lo -j RETURN
iptables -w -A PGHA_OUTPUT -o lo -j RETURN
${rules.map(iptablesText).join('\n')}
for c in INPUT OUTPUT; do iptables -w -I $c -j PGHA_$c; done
fi`
}

/** Takes away what `blockScript` added, however much of it is there. */
export function unblockScript(): string {
  return `if command -v nft >/dev/null; then
  for f in ip arp; do nft list table $f ${table} >/dev/null 2>&1 && nft delete table $f ${table}; done
fi
if command -v iptables >/dev/null; then
  for c in INPUT OUTPUT; do
    iptables -w -D $c -j PGHA_$c 2>/dev/null
    iptables -w -F PGHA_$c 2>/dev/null
    iptables -w -X PGHA_$c 2>/dev/null
  done
fi
true`
}

function silence(address: string): string {
  return `nft -f - <<'RULES' || true
table arp ${table} {
  chain output {
    type filter hook output priority -300; policy accept;
    arp saddr ip ${address} drop
  }
}
RULES`
}

function nftText({ chain, peer, protocol, port, owner, verdict }: Rule): string {
  const words = [
    ...(peer === undefined ? [] : [`ip ${chain === 'input' ? 'saddr' : 'daddr'} ${peer}`]),
    ...(protocol === undefined || port === undefined
      ? []
      : [`${protocol} ${port.side === 'source' ? 'sport' : 'dport'} ${port.number}`]),
    ...(owner === undefined ? [] : [`meta skuid ${owner}`]),
    verdict === 'pass' ? 'accept' : 'drop',
  ]
  return `    ${words.join(' ')}`
}

function iptablesText({ chain, peer, protocol, port, owner, verdict }: Rule): string {
  const words = [
    `iptables -w -A PGHA_${chain.toUpperCase()}`,
    ...(peer === undefined ? [] : [`${chain === 'input' ? '-s' : '-d'} ${peer}`]),
    ...(protocol === undefined || port === undefined
      ? []
      : [`-p ${protocol} --${port.side === 'source' ? 'sport' : 'dport'} ${port.number}`]),
    ...(owner === undefined ? [] : [`-m owner --uid-owner ${owner}`]),
    `-j ${verdict === 'pass' ? 'RETURN' : 'DROP'}`,
  ]
  return words.join(' ')
}
