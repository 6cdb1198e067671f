#!/bin/sh
# npm run demo: from a fresh machine to a healthy cluster on three real nodes, and a row through its VIP.
set -eu
cd "$(dirname "$0")/../.."

say() { printf '\n\033[1m%s\033[0m\n' "demo: $*"; }

[ -d node_modules ] || { say 'installing npm packages'; npm ci --no-audit --no-fund; }
say 'building pgha'
npm run -s build
say 'booting three Debian nodes (the first time: the Docker engine, an image, a mirror of packages)'
npm run -s lab -- up </dev/null

lab=test/lab${PGHA_LAB:+/state-$PGHA_LAB}
inventory=$lab/inventory.yaml
vip=$(sed -n 's/^ *vip: //p' "$inventory")
pgha() { printf '\n$ pgha %s\n' "$*"; node dist/pgha.js "$@"; }

say 'what would change?'
pgha diff -i "$inventory" || [ $? -eq 2 ]
say 'make it so'
pgha apply -i "$inventory" --yes
say 'prove it'
pgha verify -i "$inventory"

say 'a row through the VIP, and back from a replica'
ssh -F "$lab/ssh_config" n1 "vip=$vip sh -s" <<'SQL'
export PGPASSWORD=lab-superuser
psql -q -h "$vip" -p 5000 -U postgres -c 'create table if not exists demo (at timestamptz default now(), said text)' \
  -c "insert into demo (said) values ('hello')"
sleep 0.5
psql -h "$vip" -p 5001 -U postgres -c 'select *, pg_is_in_recovery() as from_a_replica from demo order by at desc limit 3'
SQL

say 'how to go on'
cat <<TXT
  node dist/pgha.js status -i $inventory
  PGPASSWORD=lab-superuser psql -h $vip -p 5000 -U postgres       (5001: replicas)
  npm run lab -- ssh n1        npm run lab -- stop n1        npm run lab -- down
TXT
