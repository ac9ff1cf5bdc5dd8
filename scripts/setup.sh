#!/bin/sh
# Sets up what is missing: the packages of package-lock.json (Node 24 is one of them), then the built program in dist/.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 1
. "$root/scripts/ready.sh"
lock=$root/.setup-lock
log=
ticker=

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
	[ -z "$ticker" ] || kill "$ticker" 2>/dev/null
	[ -z "$log" ] || rm -f "$log"
	[ "$(readlink "$lock" 2>/dev/null)" != "$$" ] || rm -f "$lock"
}

# How much has arrived, so that a slow network is told from a stuck one. Rewrites one line on a terminal, else speaks seldom.
show_progress() {
	begun=$(date +%s)
	# Not with our output: a sleep that outlives this loop would keep a pipe open.
	while sleep "$1" >/dev/null 2>&1; do
		size=$(du -sk node_modules 2>/dev/null | cut -f 1)
		printf "$2" "$((${size:-0} / 1024))" "$(($(date +%s) - begun))" >&2
	done
}

start_ticker() {
	if [ -t 2 ]; then
		show_progress 1 '\r  1/2 downloading packages … %s of about 370 MB on disk, %s s ' &
	else
		show_progress 15 '      … %s of about 370 MB on disk, %s s\n' &
	fi
	ticker=$!
}

stop_ticker() {
	kill "$ticker" 2>/dev/null
	wait "$ticker" 2>/dev/null
	ticker=
	[ ! -t 2 ] || echo >&2
}

install_packages() {
	command -v npm >/dev/null 2>&1 ||
		fail "npm is missing. Install Node.js 20 or newer (it brings npm) from https://nodejs.org, then run this again."
	log=$(mktemp) || fail "No temporary file could be made. Is the disk full?"
	echo "Setting up Real Talk (once; half a minute on a good network)" >&2
	echo "  1/2 downloading packages from the npm registry …" >&2
	rm -f node_modules/.rt-lock
	start_ticker
	# Said here because a person's own settings may leave out development packages (Node 24 is one) or install scripts (it needs one).
	npm ci --include=dev --include=optional --ignore-scripts=false --no-progress </dev/null >"$log" 2>&1
	status=$?
	stop_ticker
	if [ "$status" -ne 0 ]; then
		cat "$log" >&2
		fail "The packages could not be installed. Check the network connection and the disk, then run this again."
	fi
	# On a system it was not made for (musl, for example) the Node that came does not run: then only the system's is any good.
	node_modules/node/bin/node --version >/dev/null 2>&1 || rm -f node_modules/node/bin/node
	sh scripts/node24.sh --version >/dev/null 2>&1 ||
		fail "The Node 24 that was downloaded does not run on this system. Install Node.js 24 or newer, then run this again."
	cp package-lock.json node_modules/.rt-lock
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
