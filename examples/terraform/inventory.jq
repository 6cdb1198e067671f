# From `terraform output -json` to an inventory of pgha. The first node gets the highest priority.
.vip.value as $vip
| (.nodes.value | to_entries) as $nodes
| {
    groups: {
      pgsql: {
        vars: { keepalived: { vip: $vip } },
        hosts: (
          $nodes
          | to_entries
          | map({
              key: .value.key,
              value: { address: .value.value, keepalived: { priority: (99 + ($nodes | length) - .key) } }
            })
          | from_entries
        )
      }
    }
  }
