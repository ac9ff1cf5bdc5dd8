#!/bin/sh
# npm runs it after each `npm ci` or `npm install` by hand: notes that all packages are installed, so that setup.sh need not do it again.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 1
# Without development packages it is not all.
[ -d node_modules/typescript ] && [ -d node_modules/esbuild ] && cp package-lock.json node_modules/.rt-lock
exit 0
