#!/bin/sh
# Sets up what is missing, then runs the tests: all of them, the files named, or with --quick those that start no program and no thread and
# make no MLS group, by what they import.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
RT_NO_PORTMAP=1
# Compiled once for all files and runs.
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE-$PWD/node_modules/.cache/tests}
export RT_NO_PORTMAP NODE_COMPILE_CACHE
exec sh scripts/node24.sh test/support/runner/run-tests.ts "$@"
