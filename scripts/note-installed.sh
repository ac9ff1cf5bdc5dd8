#!/bin/sh
# Notes that the packages of package-lock.json are installed whole, if they are: npm runs it after each installation, setup.sh after its own.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 1
# On a system it was not made for (musl, for example) the Node that came does not run: then only the system's is any good.
node_modules/node/bin/node --version >/dev/null 2>&1 || rm -f node_modules/node/bin/node
# Installed without development packages or install scripts it is not enough: the next start of rt brings the rest.
sh scripts/node24.sh -e 'import("esbuild")' 2>/dev/null && cp package-lock.json node_modules/.rt-lock
exit 0
