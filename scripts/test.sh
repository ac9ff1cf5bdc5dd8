#!/bin/sh
# Sets up what is missing, then runs the tests: all of them, or the files named. One that hangs fails after three minutes.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
[ $# -gt 0 ] || set -- 'test/**/*.test.ts' 'test/**/*.test.tsx'
RT_NO_PORTMAP=1
export RT_NO_PORTMAP
exec sh scripts/node24.sh --import ./test/support/tsx-loader.ts --test --test-concurrency=2 --test-timeout=180000 "$@"
