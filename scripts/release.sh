#!/bin/sh
# Sets up what is missing, then makes the files of a release in release/ (scripts/release.ts).
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
exec sh scripts/node24.sh scripts/release.ts "$@"
