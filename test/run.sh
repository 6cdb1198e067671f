#!/bin/sh
# npm test: from a fresh clone to unit and end-to-end tests on real nodes. Leaves nothing running that it started.
#   PGHA_KEEP_LAB=1   leave the lab up afterwards
set -u
cd "$(dirname "$0")/.." || exit 1
results=$(mktemp -d)
code=0

say() { printf '%s\n' "test: $*" >&2; }

[ -d node_modules ] || { say 'installing npm packages'; npm ci --no-audit --no-fund || exit 1; }

# Counts of a run, in one plain line; a run without tests is a failure.
count() {
  node -e '
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } =
      JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"))
    console.log(`${process.argv[1]}: ${passed} passed, ${failed} failed, ${skipped} skipped`)
    process.exit(passed > 0 && failed === 0 ? 0 : 1)' "$1" "$results/$1.json" || code=1
}

suite() {
  npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$results/$1.json" </dev/null || code=1
}

say 'unit tests'
suite unit
say 'building pgha'
npm run -s build || exit 1
say 'end-to-end tests on real nodes (the first run builds their images)'
suite e2e
[ "${PGHA_KEEP_LAB:-}" = 1 ] || npm run -s lab -- down </dev/null || code=1

count unit
count e2e
rm -rf "$results"
exit "$code"
