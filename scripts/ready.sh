# Read by rt and setup.sh with `.`: what is in place already? Needs "$root". Made of what every system has, and quick: every start asks.

# The packages of package-lock.json are installed whole: setup.sh leaves a copy of that file behind when they are.
packages_are_ready() {
	[ -f "$root/node_modules/.rt-lock" ] || return 1
	cmp -s "$root/package-lock.json" "$root/node_modules/.rt-lock" 2>/dev/null && return 0
	# Small systems come without cmp.
	[ "$(cat "$root/package-lock.json")" = "$(cat "$root/node_modules/.rt-lock")" ]
}

# Nothing that goes into dist/ was changed since its build began. Folders count too: their time tells of files that went away.
build_is_ready() {
	[ -f "$root/dist/main.js" ] && [ -f "$root/dist/.begun" ] || return 1
	[ -z "$(find "$root/src" "$root/package.json" "$root/package-lock.json" "$root/scripts/build.ts" -newer "$root/dist/.begun" 2>/dev/null | head -n 1)" ]
}
