#!/bin/sh
# Sets up what is missing: the packages of package-lock.json (Node 24 is one of them), then the built program in dist/.
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root" || exit 1
if ! cmp -s package-lock.json node_modules/.rt-lock; then
	command -v npm >/dev/null 2>&1 || {
		echo "rt: npm is missing. Install Node.js 20 or newer (it brings npm) from https://nodejs.org, then run this again." >&2
		exit 1
	}
	echo "Setting up Real Talk (once, about 20 seconds)" >&2
	echo "  1/2 downloading packages from the npm registry …" >&2
	log=$(mktemp)
	if ! npm ci --no-progress </dev/null >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		echo "rt: the packages could not be installed. Check the network connection, then run this again." >&2
		exit 1
	fi
	rm -f "$log"
	cp package-lock.json node_modules/.rt-lock
	echo "  2/2 building …" >&2
fi
exec sh scripts/node24.sh scripts/build.ts
