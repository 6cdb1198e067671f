#!/bin/sh
# npm run drill:report [-- options of pgha drill]: builds a cluster in the lab and drills it, by default five rounds of every
# fault; the reports are docs/drill-report.html and .md. PGHA_PROFILE names the profile (durable), PGHA_LAB the lab.
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- --suite full --rounds 5 --seed 1
profile=${PGHA_PROFILE:-durable}
state=test/lab${PGHA_LAB:+/state-$PGHA_LAB}
report=${PGHA_REPORT:-docs/drill-report}

npm run -s build
npm run -s lab -- up --ready
for node in n1 n2 n3; do
  # Partitions need a packet filter; minimal servers have none.
  npm run -s lab -- ssh "$node" 'command -v nft || { apt-get -qq update && apt-get -qq install -y nftables; }' >/dev/null
done
node dist/pgha.js apply -i "$state/inventory.yaml" -e "profile=$profile" --yes
code=0
node dist/pgha.js drill -i "$state/inventory.yaml" -e "profile=$profile" --yes \
  --html "$report.html" --markdown "$report.md" --junit "$report.xml" "$@" || code=$?
echo "reports: $report.html $report.md $report.xml"
exit $code
