#!/bin/sh
# Sets up what is missing: packages, a Node, the built program in dist/. With the argument "run" only what running rt needs; else also what
# its development needs. Whoever has that already keeps it.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 1
. "$root/scripts/ready.sh"
purpose=all
if [ "${1-}" = run ] && ! [ -f node_modules/.rt-lock ]; then purpose=run; fi
lock=$root/.setup-lock
# Whoever has made the lock longer ago than this, on another computer or in another container, is no longer at work.
lock_minutes=15

fail() {
	for line in "$@"; do echo "rt: $line" >&2; done
	exit 1
}

# When the process $1 began; nothing if there is none. A number is given to another process sooner or later, but not with the same time.
began() {
	if [ -d /proc/self ]; then
		{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
		# After the name, which may have blanks and brackets in it, the 20th field (proc_pid_stat(5)).
		set -- ${stat##*) }
		echo "${20}"
	else
		ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_'
	fi
}

# The lock is a link that says which process holds it, when that began, and on which computer: made in one step.
where=$(uname -n 2>/dev/null)/$(readlink /proc/self/ns/pid 2>/dev/null)
own="$$ $(began $$) $where"

# Whether somebody is at work who has made the lock that says $1.
is_at_work() {
	case $1 in
		*" $where")
			set -- $1
			[ -n "${2-}" ] && [ "$(began "$1")" = "$2" ]
			;;
		*) [ -z "$(find "$lock" -prune -mmin +$lock_minutes 2>/dev/null)" ] ;;
	esac
}

take_lock() {
	said=
	until ln -s "$own" "$lock" 2>/dev/null; do
		[ -w "$root" ] || fail "$root cannot be written to, and something is missing there. Run rt once as its owner."
		holder=$(readlink "$lock" 2>/dev/null) || continue
		if ! is_at_work "$holder"; then
			# Moved first: if somebody else has made a new one in just this moment, that is put back.
			mv "$lock" "$lock.$$" 2>/dev/null || continue
			[ "$(readlink "$lock.$$")" = "$holder" ] || ln -s "$(readlink "$lock.$$")" "$lock" 2>/dev/null
			rm -f "$lock.$$"
			continue
		fi
		[ -n "$said" ] || echo "Real Talk is being set up by another start of it; waiting …" >&2
		said=yes
		sleep 1
	done
}

clean_up() {
	rm -rf ".setup.$$"
	[ "$(readlink "$lock" 2>/dev/null)" != "$own" ] || rm -f "$lock"
}

# Prints where the system's Node really is (a version manager puts a script in its place), if it is new enough. Inside `npm run` the one that came with the
# packages stands before it: that one goes with them when others are installed.
system_node() {
	node -e 'const { execPath, versions } = process;
		if (Number(versions.node.split(".")[0]) >= 24 && !execPath.startsWith(process.argv[1])) console.log(execPath)' "$root/node_modules/" 2>/dev/null
}

# Makes node_modules/.rt-node: a link to the system's Node, or to the one that came with the packages.
link_node() {
	found=$(system_node)
	if [ -z "$found" ]; then
		for path in node_modules/node-*/bin/node; do
			"$path" --version >/dev/null 2>&1 && found=${path#node_modules/}
		done
	fi
	[ -n "$found" ] && ln -sfn "$found" node_modules/.rt-node
}

install_packages() {
	command -v npm >/dev/null 2>&1 ||
		fail "npm is missing. Install Node.js 20 or newer (it brings npm) from https://nodejs.org, then run this again."
	echo "Setting up Real Talk (once)" >&2
	if [ -n "$(system_node)" ]; then
		brought=no-node
		echo "  1/2 getting packages from the npm registry …" >&2
	else
		brought=node
		echo "  1/2 getting packages and Node.js 24 from the npm registry …" >&2
	fi
	rm -rf .setup.*
	node scripts/install.mjs "$purpose" "$brought" ".setup.$$" </dev/null
	status=$?
	[ "$status" -lt 128 ] || exit "$status"
	[ "$status" -eq 0 ] || fail "The packages could not be installed."
	link_node ||
		fail "The Node.js 24 that was downloaded does not run on this system. Install Node.js 24 or newer, then run this again."
	echo "  2/2 building …" >&2
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
everything_is_ready() { packages_are_ready "$purpose" && node_is_ready && build_is_ready; }
if everything_is_ready; then exit 0; fi
take_lock
# Whoever held the lock before may have done all of it. The system's Node may have come or gone since.
if ! packages_are_ready "$purpose" || { ! node_is_ready && ! link_node; }; then install_packages; fi
if ! build_is_ready; then
	# Left by builds that were broken off.
	rm -rf dist.[0-9]*
	sh scripts/node24.sh scripts/build.ts || fail "The program could not be built."
fi
