#!/bin/sh
# All static checks, each whatever the others say: types, lint and format, dead code. The import rule is test/imports.test.ts.
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
failed=
sh scripts/node24.sh node_modules/typescript/bin/tsc || failed="$failed types"
sh scripts/node24.sh node_modules/typescript/bin/tsc -p src/web || failed="$failed page-types"
sh scripts/node24.sh node_modules/@biomejs/biome/bin/biome check || failed="$failed biome"
sh scripts/node24.sh node_modules/knip/bin/knip.js || failed="$failed knip"
[ -z "$failed" ] || { echo "check failed:$failed" >&2; exit 1; }
