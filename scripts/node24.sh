#!/bin/sh
# Runs its arguments with Node 24 or newer: the one the project brought if it is there, else the system's.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ -x "$root/node_modules/node/bin/node" ]; then exec "$root/node_modules/node/bin/node" "$@"; fi
case $(node --version 2>/dev/null) in
	v2[4-9].* | v[3-9][0-9].*) exec node "$@" ;;
esac
echo "rt: Node 24 is missing. Run './rt' once with a network connection, and it will be set up." >&2
exit 1
