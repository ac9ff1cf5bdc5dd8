#!/bin/sh
# Shows that the tests pass on any computer: three times beside programs that keep every processor busy, then with the clock 1, 40 and 400 days
# ahead, and in the time zone that is furthest ahead. Needs faketime (Debian's package). Takes the files to test, or tests all.
set -eu
cd "$(dirname -- "$0")/.."
command -v faketime >/dev/null || { echo "faketime is missing (apt-get install faketime)" >&2; exit 1; }

run() {
	echo "== $1" >&2
	shift
	"$@" || failed="${failed-} $round"
}

busy=
keep_busy() {
	for _ in $(seq "$(nproc)"); do
		sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
}
trap '[ -z "$busy" ] || kill $busy' EXIT

keep_busy
for round in busy-1 busy-2 busy-3; do run "every processor is busy ($round)" sh scripts/test.sh "$@"; done
kill $busy
busy=
# The clock that never jumps stays as it is: timers go by it.
FAKETIME_DONT_FAKE_MONOTONIC=1
export FAKETIME_DONT_FAKE_MONOTONIC
for days in 1 40 400; do
	round=$days-days
	run "the clock is $days days ahead" faketime -f "+${days}d" sh scripts/test.sh "$@"
done
round=time-zone
run "the time zone is UTC+14" env TZ=Pacific/Kiritimati sh scripts/test.sh "$@"
[ -z "${failed-}" ] || { echo "failed:$failed" >&2; exit 1; }
