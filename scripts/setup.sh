#!/bin/sh
# Sets up what is missing: the packages of package-lock.json (Node 24 is one of them), then the built program in dist/.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 1
. "$root/scripts/ready.sh"
lock=$root/.setup-lock

fail() {
	for line in "$@"; do echo "rt: $line" >&2; done
	exit 1
}

# The lock is a link that names the process holding it: made in one step, and whoever died with it is told from whoever is at work.
take_lock() {
	said=
	until ln -s "$$" "$lock" 2>/dev/null; do
		[ -w "$root" ] || fail "$root cannot be written to, and something is missing there. Run rt once as its owner."
		holder=$(readlink "$lock" 2>/dev/null) || continue
		if ! kill -0 "$holder" 2>/dev/null && ! ps -p "$holder" >/dev/null 2>&1; then
			rm -f "$lock"
			continue
		fi
		[ -n "$said" ] || echo "Real Talk is being set up by another start of it; waiting …" >&2
		said=yes
		sleep 1
	done
}

clean_up() {
	[ "$(readlink "$lock" 2>/dev/null)" != "$$" ] || rm -f "$lock"
}

install_packages() {
	command -v npm >/dev/null 2>&1 ||
		fail "npm is missing. Install Node.js 20 or newer (it brings npm) from https://nodejs.org, then run this again."
	echo "Setting up Real Talk (once; half a minute on a good network)" >&2
	echo "  1/2 downloading packages from the npm registry …" >&2
	rm -f node_modules/.rt-lock
	node scripts/install.mjs </dev/null
	status=$?
	[ "$status" -lt 128 ] || exit "$status"
	[ "$status" -eq 0 ] ||
		fail "The packages could not be installed. Check the network connection and the disk, then run this again."
	sh scripts/note-installed.sh
	packages_are_ready ||
		fail "The Node 24 that was downloaded does not run on this system. Install Node.js 24 or newer, then run this again."
	echo "  2/2 building …" >&2
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if packages_are_ready && build_is_ready; then exit 0; fi
take_lock
# Whoever held the lock before may have done all of it.
packages_are_ready || install_packages
if ! build_is_ready; then
	# Left by builds that were broken off.
	rm -rf dist.[0-9]*
	sh scripts/node24.sh scripts/build.ts || fail "The program could not be built."
fi
