#!/bin/sh
# Sets up what is missing, then prints the figures of every file in bench/ (or of those named).
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
[ $# -gt 0 ] || set -- bench/*.bench.ts
RT_NO_PORTMAP=1
# As in rt.
GLIBC_TUNABLES=glibc.malloc.hugetlb=1
export RT_NO_PORTMAP GLIBC_TUNABLES
for file in "$@"; do
	sh scripts/node24.sh --import ./test/support/tsx-loader.ts "$file"
done
