#!/bin/sh
# Runs its arguments with the Node that setup.sh has found: the system's if it is 24 or newer, else the one that came with the packages.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ -x "$root/node_modules/.rt-node" ]; then exec "$root/node_modules/.rt-node" "$@"; fi
echo "rt: Node.js 24 is missing. Run './rt' once with a network connection, and it will be set up." >&2
exit 1
