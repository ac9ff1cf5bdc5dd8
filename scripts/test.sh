#!/bin/sh
# Sets up what is missing, then runs the tests: all of them, the files named, or with --quick those that need no namespace, no terminal, no
# other program and no whole room, by what they import.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
if [ "${1-}" = --quick ]; then
	slow='/(pty|rt|rt-rpc|two-screens|real-engine|live-room|memory-room|group-room|cheap-guest|private-dht|conformance|demo|monkey-engine)\.ts"|node:child_process'
	set -- $(find test -name '*.test.ts' -o -name '*.test.tsx' | grep -vE '^test/(netlab|e2e|launcher)' | xargs grep -LE "$slow")
fi
RT_NO_PORTMAP=1
# Compiled once for all files and runs.
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE-$PWD/node_modules/.cache/tests}
export RT_NO_PORTMAP NODE_COMPILE_CACHE
exec sh scripts/node24.sh test/support/run-tests.ts "$@"
