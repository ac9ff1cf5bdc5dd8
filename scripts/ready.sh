# Read by rt and setup.sh with `.`: what is in place already? Needs "$root". Made of what every system has, and quick: every start asks.

# Whether two files are the same. Small systems come without cmp.
same() {
	[ -f "$2" ] || return 1
	cmp -s "$1" "$2" 2>/dev/null || [ "$(cat "$1")" = "$(cat "$2")" ]
}

# The packages of package-lock.json are installed whole, for the purpose $1 ("run" or "all"): install.mjs leaves a copy of that file behind.
packages_are_ready() {
	same "$root/package-lock.json" "$root/node_modules/.rt-lock" && return 0
	[ "$1" = run ] && same "$root/package-lock.json" "$root/node_modules/.rt-run-lock"
}

# setup.sh has found a Node that will do: the system's, or the one that came with the packages.
node_is_ready() {
	[ -x "$root/node_modules/.rt-node" ]
}

# Nothing that goes into dist/ was changed since its build began. Folders count too: their time tells of files that went away.
build_is_ready() {
	[ -f "$root/dist/main.js" ] && [ -f "$root/dist/.begun" ] || return 1
	[ -z "$(find "$root/src" "$root/package.json" "$root/package-lock.json" "$root"/scripts/*.ts -newer "$root/dist/.begun" 2>/dev/null)" ]
}
