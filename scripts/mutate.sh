#!/bin/sh
# Sets up what is missing, then changes the named files of src/ a little, one change at a time, and says which changes no test noticed.
set -eu
cd "$(dirname -- "$0")/.."
. scripts/test-environment.sh
exec sh scripts/node24.sh test/support/runner/run-mutants.ts "$@"
