#!/bin/sh
# Sets up what is missing, then runs the tests: all of them, the files named, or with --quick those that start no program and no thread and
# make no MLS group, by what they import.
set -eu
cd "$(dirname -- "$0")/.."
. scripts/test-environment.sh
exec sh scripts/node24.sh test/support/runner/run-tests.ts "$@"
