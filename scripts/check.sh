#!/bin/sh
# All static checks: types, lint and format, dead code. The import rule is test/imports.test.ts.
set -eu
cd "$(dirname "$0")/.."
sh scripts/node24.sh node_modules/typescript/bin/tsc
node_modules/.bin/biome check
sh scripts/node24.sh node_modules/knip/bin/knip.js
