#!/bin/sh
# Sets up what is missing, then changes the named files of src/ a little, one change at a time, and says which changes no test noticed.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
RT_NO_PORTMAP=1
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE-$PWD/node_modules/.cache/tests}
export RT_NO_PORTMAP NODE_COMPILE_CACHE
exec sh scripts/node24.sh test/support/runner/run-mutants.ts "$@"
